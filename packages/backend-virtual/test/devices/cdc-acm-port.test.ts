import { describe, expect, it } from "vitest";
import { cdcAcmPort } from "../../src/index.js";
import { plug } from "../plug.js";

const GET = 0xa1;
const SET = 0x21;
const text = (bytes: Uint8Array | undefined) => new TextDecoder().decode(bytes);

describe("the CDC-ACM port", () => {
  it("is one function of two interfaces, with the functional descriptors", async () => {
    const { device } = await plug(cdcAcmPort());
    const [configuration] = device.configurations;
    expect(configuration?.interfaceAssociations).toMatchObject([
      { bFirstInterface: 0, bInterfaceCount: 2, bFunctionClass: 2, bFunctionSubClass: 2 },
    ]);
    const extra = configuration?.interfaces[0]?.extraDescriptors.map(({ bytes }) => bytes[2]);
    expect(extra).toEqual([0x00, 0x01, 0x02, 0x06]);
    expect(configuration?.interfaces[1]).toMatchObject({ bInterfaceClass: 0x0a });
    expect(device.warnings).toEqual([]);
  });

  it("keeps the line coding and the lines that the host sets, and tells of breaks", async () => {
    const breaks: number[] = [];
    const port = cdcAcmPort({ onBreak: (duration) => breaks.push(duration) });
    const { device } = await plug(port);
    await device.ctrlTransfer(SET, 0x20, 0, 0, [0x80, 0x25, 0, 0, 2, 1, 7]);
    expect(port.lineCoding).toEqual({ dwDTERate: 9600, bCharFormat: 2, bParityType: 1, bDataBits: 7 });
    expect([...(await device.ctrlTransfer(GET, 0x21, 0, 0, 7))]).toEqual([0x80, 0x25, 0, 0, 2, 1, 7]);
    await device.ctrlTransfer(SET, 0x22, 3);
    expect(port.controlLines).toEqual({ dtr: true, rts: true });
    await device.ctrlTransfer(SET, 0x23, 250);
    expect(breaks).toEqual([250]);
    await expect(device.ctrlTransfer(SET, 0x20, 0, 0, [1])).rejects.toMatchObject({ code: "EPIPE" });
  });

  it("notifies the host of the state of its lines", async () => {
    const port = cdcAcmPort();
    const { device } = await plug(port);
    port.notify({ dcd: true, ring: true });
    expect([...(await device.read(0x82, 16))]).toEqual([0xa1, 0x20, 0, 0, 0, 0, 2, 0, 0x09, 0]);
  });

  it("moves data by a pair of streams", async () => {
    const port = cdcAcmPort();
    const { device } = await plug(port);
    const writer = port.writable.getWriter();
    const written = writer.write(new TextEncoder().encode("to host"));
    expect(text(await device.read(0x81, 64))).toBe("to host");
    await written;
    await device.write(0x01, "to port");
    const reader = port.readable.getReader();
    expect(text((await reader.read()).value)).toBe("to port");
  });

  it("makes the host wait while nobody reads", async () => {
    const port = cdcAcmPort();
    const { device } = await plug(port);
    await device.write(0x01, "one");
    await expect(device.write(0x01, "two", 20)).rejects.toMatchObject({ code: "ETIMEDOUT" });
    const reader = port.readable.getReader();
    expect(text((await reader.read()).value)).toBe("one");
  });

  it("echoes if it is told to, and ends whole packets with a zero-length one", async () => {
    const { device } = await plug(cdcAcmPort({ echo: true }));
    await device.write(0x01, new Uint8Array(512).fill(7));
    expect(await device.read(0x81, 1024)).toHaveLength(512);
  });
});
