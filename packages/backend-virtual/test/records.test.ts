import { describe, expect, it } from "vitest";
import { ByteRing } from "../src/behaviour/byte-ring.js";
import { sink, VirtualDevice } from "../src/index.js";
import { plug } from "./plug.js";

const IDS = { idVendor: 0x1209, idProduct: 0x0003 };

function recorder(recordLimit?: number): VirtualDevice {
  return new VirtualDevice({
    ...IDS,
    recordLimit,
    control: [{ bmRequestType: 0x40, bRequest: 9 }],
    endpoints: [{ bEndpointAddress: 0x01, ...sink() }, { bEndpointAddress: 0x02 }],
  });
}

describe("what the host did", () => {
  it("is there for assertions: writes by endpoint, and requests with their data", async () => {
    const virtual = recorder();
    const { device } = await plug(virtual);
    await device.write(0x01, [1, 2]);
    await device.write(0x01, []);
    await device.write(0x01, [3]);
    await device.ctrlTransfer(0x40, 9, 1, 2, [4]);
    await device.ctrlTransfer(0xc0, 8, 0, 0, 2).catch(() => {});
    expect(virtual.writes(0x01).map((data) => [...data])).toEqual([[1, 2], [], [3]]);
    expect(virtual.requests).toEqual([
      {
        setup: { bmRequestType: 0x40, bRequest: 9, wValue: 1, wIndex: 2, wLength: 1 },
        data: Uint8Array.of(4),
      },
      {
        setup: { bmRequestType: 0xc0, bRequest: 8, wValue: 0, wIndex: 0, wLength: 2 },
        data: new Uint8Array(),
      },
    ]);
    virtual.clearRecords();
    expect([virtual.writes(0x01), virtual.requests]).toEqual([[], []]);
  });

  it("leaves out what the device did not take", async () => {
    const virtual = recorder();
    const { device } = await plug(virtual);
    await device.write(0x02, [1], 20).catch(() => {});
    expect(virtual.writes(0x02)).toEqual([]);
  });

  it("outlives an unplug and is forgotten by the next plug", async () => {
    const virtual = recorder();
    const { device, bus } = await plug(virtual);
    await device.write(0x01, [1]);
    bus.unplug(virtual);
    expect(virtual.writes(0x01)).toHaveLength(1);
    bus.plug(virtual);
    expect(virtual.writes(0x01)).toEqual([]);
  });

  it("is kept within bounds: the latest writes, the latest thousand requests", async () => {
    const virtual = recorder(10);
    const { device } = await plug(virtual);
    for (let value = 0; value < 6; value++) await device.write(0x01, [value, value, value]);
    expect(virtual.writes(0x01).map(([value]) => value)).toEqual([3, 4, 5]);
    await device.write(0x01, new Uint8Array(100).fill(9));
    expect(virtual.writes(0x01)).toEqual([new Uint8Array(10).fill(9)]);
    for (let value = 0; value < 1010; value++) await device.ctrlTransfer(0x40, 9, value);
    expect(virtual.requests).toHaveLength(1000);
    expect(virtual.requests[0]?.setup.wValue).toBe(10);
  });

  it("is not kept at all with a limit of 0", async () => {
    const virtual = recorder(0);
    const { device } = await plug(virtual);
    await device.write(0x01, [1]);
    await device.ctrlTransfer(0x40, 9);
    expect([virtual.writes(0x01), virtual.requests]).toEqual([[], []]);
  });
});

describe("a ring of bytes", () => {
  it("gives the latest pieces whole, whatever their lengths were", () => {
    const ring = new ByteRing(5000, 20);
    const all = [Uint8Array.of(255)];
    ring.add(Uint8Array.of(255));
    for (let count = 0; count < 500; count++) {
      const piece = new Uint8Array((count * 37) % 700).fill(count);
      all.push(piece);
      ring.add(piece);
      const { pieces } = ring;
      const expected = all.slice(all.length - pieces.length);
      expect(pieces.every((each, index) => Buffer.compare(each, expected[index] ?? each) === 0)).toBe(true);
      const kept = pieces.reduce((sum, { byteLength }) => sum + byteLength, 0);
      expect(kept).toBeLessThanOrEqual(5000);
      const oneMore = all[all.length - pieces.length - 1]?.byteLength ?? 0;
      expect(pieces.length === 20 || pieces.length === all.length || kept + oneMore > 4096).toBe(true);
    }
  });
});
