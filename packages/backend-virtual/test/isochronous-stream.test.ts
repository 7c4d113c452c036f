import type { Endpoint } from "@tsusb/core";
import { describe, expect, it } from "vitest";
import { frameBytes, plannedLength } from "../../../testbed/bus/isochronous-plan.js";
import { type EndpointDeclaration, VirtualDevice } from "../src/index.js";
import { plug } from "./plug.js";

/** Milliseconds of a microframe. */
const PERIOD = 0.125;

/** An isochronous endpoint with a packet in each microframe. */
async function plugged(declaration: Omit<EndpointDeclaration, "type">) {
  const virtual = new VirtualDevice({
    idVendor: 0x1209,
    idProduct: 0x0003,
    endpoints: [{ wMaxPacketSize: 192, bInterval: 1, ...declaration, type: "isochronous" }],
  });
  const { device } = await plug(virtual);
  const endpoint = device.configurations[0]?.interfaces[0]?.endpoints[0];
  if (endpoint === undefined) throw new Error("the device has no endpoint");
  return { virtual, endpoint };
}

/** Keeps the JavaScript thread from everything else. */
function beBusy(ms: number): void {
  for (const end = performance.now() + ms; performance.now() < end; );
}

/** How the packet of a frame ends. */
const planned = (frame: number) => plannedLength({ seed: 1, short: 30, empty: 10, failed: 5 }, 192, frame);

async function source(): Promise<{ endpoint: Endpoint; provided: () => number }> {
  let frame = 0;
  const { endpoint } = await plugged({
    bEndpointAddress: 0x81,
    provide: () => {
      const length = planned(frame);
      const packet = length === undefined ? "stall" : frameBytes(frame, length);
      frame++;
      return packet;
    },
  });
  return { endpoint, provided: () => frame };
}

describe("an isochronous stream", () => {
  it("tells of 10,000 packets as they were sent, short, empty and failed ones among them", async () => {
    const { endpoint } = await source();
    let frame = 0;
    let failed = 0;
    const stream = endpoint.stream({ transferSize: 128 * 192 });
    for await (const { data, packets } of stream.packets) {
      for (const { status, offset, length } of packets) {
        const expected = planned(frame);
        if (expected === undefined) failed++;
        if (status !== (expected === undefined ? "error" : "completed") || length !== (expected ?? 0))
          throw new Error(`frame ${frame} ended as ${status} with ${length} bytes`);
        if (Buffer.compare(data.subarray(offset, offset + length), frameBytes(frame, length)) !== 0)
          throw new Error(`frame ${frame} has other bytes`);
        frame++;
      }
      if (frame >= 10_000) break;
    }
    const { packets = 0, missed = 0 } = stream.stats();
    expect(packets).toBeGreaterThanOrEqual(frame);
    expect(missed).toBeGreaterThanOrEqual(failed);
  });

  it("gives bytes without holes by read", async () => {
    const { endpoint } = await source();
    const chunks: Uint8Array[] = [];
    for await (const chunk of endpoint.stream()) if (chunks.push(chunk) === 50) break;
    const bytes = Buffer.concat(chunks);
    const sent = Buffer.concat(
      Array.from({ length: 50 * 8 }, (_, frame) => frameBytes(frame, planned(frame) ?? 0)),
    );
    expect(Buffer.compare(bytes, sent)).toBe(0);
  });

  it("loses no interval to a JavaScript thread that was busy", async () => {
    const { endpoint, provided } = await source();
    await using stream = endpoint.stream({ transfers: 2 });
    await stream.readPackets();
    const [begin, before] = [performance.now(), provided()];
    for (let round = 0; round < 3; round++) {
      beBusy(100);
      for (let count = 0; count < 120; count++) await stream.readPackets();
    }
    const intervals = (performance.now() - begin) / PERIOD;
    // What was queued lasts for 16 intervals; without a schedule all others of the 2400 busy ones were lost.
    expect(intervals - (provided() - before)).toBeLessThan(1000);
  });

  it("begins with the next interval after a pause, and owes none", async () => {
    const { endpoint, provided } = await source();
    await endpoint.isoRead(192);
    await new Promise((resolve) => setTimeout(resolve, 100));
    await endpoint.isoRead(192);
    expect(provided()).toBe(2);
  });
});

describe("an isochronous sink", () => {
  it("sends packets of the lengths asked for, goes on after one that failed, and counts it", async () => {
    const { endpoint, virtual } = await plugged({ bEndpointAddress: 0x01, receive: () => 0 });
    virtual.inject(0x01, undefined, "error");
    const sink = endpoint.sink({ packetLengths: [176, 180] });
    const bytes = Uint8Array.from({ length: 3 * 356 }, (_, index) => index);
    for (let start = 0; start < bytes.length; start += 100)
      await sink.write(bytes.subarray(start, start + 100));
    await sink.flush();
    expect(sink.stats()).toMatchObject({ packets: 6, missed: 1, bytes: bytes.length - 180 });
    await sink.end();
    expect(virtual.writes(0x01).map(({ byteLength }) => byteLength)).toEqual([176, 176, 180, 176, 180]);
  });
});
