import type { Device } from "@tsusb/core";
import { describe, expect, it } from "vitest";
import { type EndpointDeclaration, VirtualDevice } from "../src/index.js";
import { plug } from "./plug.js";

type IsoDeclaration = Omit<EndpointDeclaration, "type">;

async function plugged(...endpoints: readonly IsoDeclaration[]) {
  const virtual = new VirtualDevice({
    idVendor: 0x1209,
    idProduct: 0x0003,
    endpoints: endpoints.map((endpoint) => ({
      wMaxPacketSize: 64,
      ...endpoint,
      type: "isochronous" as const,
    })),
  });
  return { virtual, ...(await plug(virtual)) };
}

const statuses = async (read: ReturnType<Device["isoRead"]>) =>
  (await read).packets.map(({ status, length }) => `${status} ${length}`);

describe("isochronous transfers", () => {
  it("take a packet each interval, and an empty one where the device has nothing", async () => {
    const { device, virtual } = await plugged({ bEndpointAddress: 0x81 });
    virtual.send(0x81, Uint8Array.of(1, 2));
    virtual.send(0x81, Uint8Array.of(3));
    const { data, packets } = await device.isoRead(0x81, 256);
    expect(packets).toEqual([
      { status: "completed", offset: 0, length: 2 },
      { status: "completed", offset: 64, length: 1 },
      { status: "completed", offset: 128, length: 0 },
      { status: "completed", offset: 192, length: 0 },
    ]);
    expect([data[0], data[1], data[64]]).toEqual([1, 2, 3]);
    expect(virtual.queued(0x81)).toBe(0);
  });

  it("fail packet by packet on command, and lose nothing beside them", async () => {
    const { device, virtual } = await plugged({ bEndpointAddress: 0x81 });
    virtual.inject(0x81, "error", "short", "overflow", "drop", undefined);
    for (const value of [1, 2, 3, 4, 5]) virtual.send(0x81, new Uint8Array(10).fill(value));
    await expect(statuses(device.isoRead(0x81, 320))).resolves.toEqual([
      "error 0",
      "completed 5",
      "overflow 10",
      "completed 10",
      "completed 10",
    ]);
    expect(() => virtual.inject(0x81, "stall")).toThrow(/cannot happen to isochronous endpoint 0x81/);
    expect(() => virtual.halt(0x81)).toThrow(/is isochronous; only bulk and interrupt endpoints halt/);
  });

  it("ask the device's code for each packet", async () => {
    let packet = 0;
    const { device } = await plugged({
      bEndpointAddress: 0x81,
      provide: (length) => (packet++ === 1 ? "stall" : new Uint8Array(length)),
    });
    await expect(statuses(device.isoRead(0x81, 192))).resolves.toEqual([
      "completed 64",
      "error 0",
      "completed 64",
    ]);
  });

  it("bring the device a packet each interval, and fail on command", async () => {
    const seen: number[] = [];
    const { device, virtual } = await plugged({
      bEndpointAddress: 0x01,
      receive: (data) => {
        seen.push(data.byteLength);
        return 0;
      },
    });
    virtual.inject(0x01, undefined, "error", "drop");
    const { packets } = await device.isoWrite(0x01, new Uint8Array(200));
    expect(packets.map(({ status, length }) => `${status} ${length}`)).toEqual([
      "completed 64",
      "error 0",
      "completed 64",
      "completed 8",
    ]);
    expect(seen).toEqual([64, 8]);
    expect(virtual.writes(0x01).map(({ byteLength }) => byteLength)).toEqual([64, 64, 8]);
  });

  it("reject with what the device's code throws", async () => {
    const bug = new Error("a bug in the test's device");
    const broken = () => {
      throw bug;
    };
    const { device } = await plugged(
      { bEndpointAddress: 0x81, provide: broken },
      { bEndpointAddress: 0x01, receive: broken },
      { bEndpointAddress: 0x02, receive: () => Promise.reject(bug) },
    );
    const error = { code: "ERR_USB_BACKEND", cause: bug };
    await expect(device.isoRead(0x81, 128)).rejects.toMatchObject(error);
    await expect(device.isoWrite(0x01, new Uint8Array(128))).rejects.toMatchObject(error);
  });

  it("keep the schedule: as many packets as there were intervals, however late the timers are", async () => {
    const { device } = await plugged({ bEndpointAddress: 0x81, bInterval: 1 });
    const packetLengths = new Array(800).fill(1);
    const begin = performance.now();
    const { packets } = await device.isoRead(0x81, 800, { packetLengths });
    const took = performance.now() - begin;
    expect(packets).toHaveLength(800);
    // 800 microframes of 125 µs.
    expect(took).toBeGreaterThan(98);
    expect(took).toBeLessThan(1000);
  });

  it("leave the event loop to others while they wait for their frames", async () => {
    const { device } = await plugged({ bEndpointAddress: 0x81, bInterval: 12 });
    const before = process.cpuUsage();
    await device.isoRead(0x81, 64, { packetLengths: [64] });
    const begin = performance.now();
    await device.isoRead(0x81, 128, { packetLengths: [64, 64] });
    const { user, system } = process.cpuUsage(before);
    // Two intervals of 2048 microframes: half a second, of which hardly anything is worked.
    expect(performance.now() - begin).toBeGreaterThan(250);
    expect((user + system) / 1000).toBeLessThan(400);
  });

  it("end by their timeout with the packets that there were", async () => {
    const { device, virtual } = await plugged({ bEndpointAddress: 0x81, bInterval: 4 });
    for (let count = 0; count < 4; count++) virtual.send(0x81, Uint8Array.of(count));
    const packetLengths = new Array(10_000).fill(1);
    const result = await device.transfer({ endpoint: 0x81, length: 10_000, packetLengths }, { timeout: 60 });
    expect(result.status).toBe("timedOut");
    expect(result.packets).toHaveLength(10_000);
    expect(result.packets?.[0]).toEqual({ status: "completed", offset: 0, length: 1 });
    expect(result.packets?.at(-1)).toEqual({ status: "timedOut", offset: 9999, length: 0 });
    expect(result.length).toBe(4);
  });

  it("have room for all packets of a microframe", async () => {
    const { device, virtual } = await plugged({
      bEndpointAddress: 0x81,
      wMaxPacketSize: 1024,
      transactions: 3,
    });
    virtual.send(0x81, new Uint8Array(3072));
    await expect(statuses(device.isoRead(0x81, 6144))).resolves.toEqual(["completed 3072", "completed 0"]);
  });
});
