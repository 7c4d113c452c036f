import type { Device } from "@tsusb/core";
import { describe, expect, it } from "vitest";
import { massStorage } from "../../src/index.js";
import { plug } from "../plug.js";

const IN = 0x81;
const OUT = 0x02;
let tags = 0;

interface Ask {
  readonly command: readonly number[];
  readonly read?: number;
  readonly write?: Uint8Array;
  /** What the wrapper says, if not the length of the data. */
  readonly announce?: number;
}

/** Runs one command as a driver does: clears halts, and gives data, residue and status. */
async function run(device: Device, { command, read = 0, write, announce }: Ask) {
  const tag = ++tags;
  const wrapper = new Uint8Array(31);
  const view = new DataView(wrapper.buffer);
  view.setUint32(0, 0x43425355, true);
  view.setUint32(4, tag, true);
  view.setUint32(8, announce ?? write?.byteLength ?? read, true);
  view.setUint8(12, write === undefined && read > 0 ? 0x80 : 0);
  view.setUint8(14, command.length);
  wrapper.set(command, 15);
  await device.write(OUT, wrapper);
  if (write !== undefined) await device.write(OUT, write);
  const data = read > 0 ? await device.transfer({ endpoint: IN, length: read }) : undefined;
  if (data?.status === "stall") await device.clearHalt(IN);
  let answer = await device.transfer({ endpoint: IN, length: 13 });
  const stalled = [data?.status, answer.status].filter((status) => status === "stall").length;
  if (answer.status === "stall") {
    await device.clearHalt(IN);
    answer = await device.transfer({ endpoint: IN, length: 13 });
  }
  const status = new DataView((answer.data ?? new Uint8Array(13)).slice().buffer);
  expect(status.getUint32(0, true)).toBe(0x53425355);
  expect(status.getUint32(4, true)).toBe(tag);
  return { data: data?.data, residue: status.getUint32(8, true), status: status.getUint8(12), stalled };
}

const block = (value: number) => new Uint8Array(512).fill(value);
const readBlocks = (address: number, count: number) => [0x28, 0, 0, 0, 0, address, 0, 0, count, 0];
const writeBlocks = (address: number, count: number) => [0x2a, 0, 0, 0, 0, address, 0, 0, count, 0];
const SENSE = { command: [0x03, 0, 0, 0, 18, 0], read: 18 };

describe("the storage device", () => {
  it("is SCSI over the bulk-only transport and has one unit", async () => {
    const { device } = await plug(massStorage());
    expect(device.configurations[0]?.interfaces[0]).toMatchObject({
      bInterfaceClass: 8,
      bInterfaceSubClass: 6,
      bInterfaceProtocol: 0x50,
    });
    expect([...(await device.ctrlTransfer(0xa1, 0xfe, 0, 0, 1))]).toEqual([0]);
  });

  it("tells what it is, that it is ready, and how large it is", async () => {
    const { device } = await plug(massStorage());
    const inquiry = await run(device, { command: [0x12, 0, 0, 0, 36, 0], read: 36 });
    expect(inquiry).toMatchObject({ residue: 0, status: 0, stalled: 0 });
    expect(new TextDecoder().decode(inquiry.data?.subarray(8, 32))).toBe("tsusb   Virtual Disk    ");
    expect(await run(device, { command: [0, 0, 0, 0, 0, 0] })).toMatchObject({ status: 0, residue: 0 });
    const capacity = await run(device, { command: [0x25, 0, 0, 0, 0, 0, 0, 0, 0, 0], read: 8 });
    expect([...(capacity.data ?? [])]).toEqual([0, 0, 0x07, 0xff, 0, 0, 0x02, 0]);
  });

  it("reads what was written, also in the image", async () => {
    const disk = massStorage();
    const { device } = await plug(disk);
    const data = new Uint8Array(1024).map((_, index) => index);
    expect(await run(device, { command: writeBlocks(3, 2), write: data })).toMatchObject({ status: 0 });
    expect(disk.image.subarray(1536, 2560)).toEqual(data);
    const back = await run(device, { command: readBlocks(3, 2), read: 1024 });
    expect(back).toMatchObject({ status: 0, residue: 0, stalled: 0 });
    expect(back.data).toEqual(data);
  });

  it("halts its IN endpoint after less data than the host expects, and tells the residue", async () => {
    const { device } = await plug(massStorage());
    const mode = await run(device, { command: [0x1a, 0, 0x3f, 0, 192, 0], read: 192 });
    expect([...(mode.data ?? [])]).toEqual([3, 0, 0, 0]);
    expect(mode).toMatchObject({ residue: 188, status: 0, stalled: 1 });
    const whole = await run(device, { command: readBlocks(0, 1), read: 1024 });
    expect(whole.data).toHaveLength(512);
    expect(whole).toMatchObject({ residue: 512, status: 0, stalled: 1 });
  });

  it("fails what it does not know, and says why when it is asked", async () => {
    const { device } = await plug(massStorage());
    expect(await run(device, { command: [0x9e], read: 32 })).toMatchObject({
      residue: 32,
      status: 1,
      stalled: 1,
    });
    const sense = (await run(device, SENSE)).data ?? new Uint8Array();
    expect([sense[2], sense[12], sense[13]]).toEqual([0x05, 0x20, 0x00]);
    const again = (await run(device, SENSE)).data ?? new Uint8Array();
    expect(again[2]).toBe(0);
  });

  it("fails a read beyond its end, and a write if it is read-only, whose data it takes and drops", async () => {
    const disk = massStorage({ image: block(1), readOnly: true });
    const { device } = await plug(disk);
    expect(await run(device, { command: readBlocks(1, 1), read: 512 })).toMatchObject({ status: 1 });
    const write = await run(device, { command: writeBlocks(0, 1), write: block(2) });
    expect(write).toMatchObject({ status: 1, residue: 512 });
    const sense = (await run(device, SENSE)).data ?? new Uint8Array();
    expect([sense[2], sense[12]]).toEqual([0x07, 0x27]);
    expect(disk.image).toEqual(block(1));
  });

  it("answers with a phase error when host and command disagree on the direction or the length", async () => {
    const { device } = await plug(massStorage());
    expect(await run(device, { command: readBlocks(0, 1) })).toMatchObject({ status: 2 });
    expect(await run(device, { command: writeBlocks(0, 1), read: 512 })).toMatchObject({ status: 2 });
    expect(await run(device, { command: readBlocks(0, 1), write: block(0) })).toMatchObject({ status: 2 });
    expect(await run(device, { command: writeBlocks(0, 2), write: block(0) })).toMatchObject({ status: 2 });
    expect(await run(device, { command: readBlocks(0, 2), read: 512 })).toMatchObject({ status: 2 });
  });

  it("stalls both endpoints after a wrapper that is none, until it is reset and both are cleared", async () => {
    const { device } = await plug(massStorage());
    await device.write(OUT, Uint8Array.of(1, 2, 3));
    for (let attempt = 0; attempt < 2; attempt++) {
      await expect(device.read(IN, 13)).rejects.toMatchObject({ code: "EPIPE" });
      await device.clearHalt(IN);
      await expect(device.write(OUT, new Uint8Array(31))).rejects.toMatchObject({ code: "EPIPE" });
      await device.clearHalt(OUT);
    }
    await device.ctrlTransfer(0x21, 0xff);
    expect(await run(device, { command: [0, 0, 0, 0, 0, 0] })).toMatchObject({ status: 0 });
  });

  it("refuses an image that is not whole blocks", () => {
    expect(() => massStorage({ image: new Uint8Array(513) })).toThrow(/513 bytes; it must be .* of 512/);
    expect(() => massStorage({ blockSize: 0 })).toThrow(/blockSize is 0/);
  });
});
