import { getBackend } from "@tsusb/backend-libusb1";
import type { Device, IBackend } from "@tsusb/core";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { BusClient } from "../../../testbed/bus/client.js";
import { frameBytes, plannedLength } from "../../../testbed/bus/isochronous-plan.js";
import { endpointOf } from "./endpoint-of.js";
import { openIsochronous, plugIsochronous } from "./isochronous-device.js";

const SOURCE = 0x82;
const SINK = 0x03;
/** Microframes of a transfer: 16 ms. */
const FRAMES = 128;
/** Two seconds of them: a machine that is busy otherwise leaves no gap. */
const transfers = 128;

let bus: BusClient;
let backend: IBackend;
let id: string;
let device: Device;

beforeAll(async () => {
  bus = await BusClient.connect();
  backend = await getBackend();
  id = await plugIsochronous(bus, "iso-high", 24);
  device = await openIsochronous(backend, id);
});

beforeEach(async () => {
  await device.setInterfaceAltsetting(1, 1);
  await device.setInterfaceAltsetting(2, 1);
});

afterAll(async () => {
  await device.close();
  await bus.unplug(id);
  bus.close();
  await backend.close();
});

const endpoint = (address: number) => endpointOf(device, address);

/** Waits until the bus holds so many URBs of an endpoint. */
const queued = (address: number, urbs: number) =>
  expect
    .poll(async () => (await bus.inspect(id)).endpoints.find((each) => each.endpoint === address)?.pending)
    .toBe(urbs);

const missed = async (address: number) =>
  (await bus.inspect(id)).endpoints.find((each) => each.endpoint === address)?.isochronous?.missed;

/** What the source sends in so many frames, without those that fail. */
function sent(frames: number): Buffer {
  const parts = Array.from({ length: frames }, (_, frame) => {
    const length = plannedLength({ seed: 1, short: 30, empty: 10, failed: 5 }, 192, frame) ?? 0;
    return frameBytes(frame, length);
  });
  return Buffer.concat(parts);
}

describe("a stream of an isochronous endpoint", () => {
  it("keeps its schedule: 10,000 packets, every byte once and in order, and no frame is missed", async () => {
    const before = (await missed(SOURCE)) ?? 0;
    // The first of many must not be over before the second is there.
    await bus.stopClock(id);
    const stream = endpoint(SOURCE).stream({ transferSize: FRAMES * 192, transfers, bufferSize: 4 << 20 });
    const chunks: Uint8Array[] = [];
    const reading = (async () => {
      for await (const chunk of stream) {
        chunks.push(chunk);
        if (chunks.length === 80) break;
      }
    })();
    await queued(SOURCE, transfers);
    await bus.runClock(id);
    await reading;
    const bytes = Buffer.concat(chunks);
    expect(Buffer.compare(bytes, sent(80 * FRAMES))).toBe(0);
    expect(await missed(SOURCE)).toBe(before);
  });

  it.each([
    ["of 128 packets", FRAMES],
    ["that libusb would cut", 300],
  ])("gives what came before an unplug in the middle of a transfer %s", async (_, frames) => {
    await bus.stopClock(id);
    const stream = endpoint(SOURCE).stream({ transferSize: frames * 192, transfers: 4 });
    const chunks: Uint8Array[] = [];
    const reading = (async () => {
      for await (const chunk of stream) chunks.push(chunk);
    })().catch((error: unknown) => error);
    await queued(SOURCE, 4 * Math.ceil(frames / 128));
    await bus.tick(id, 2 * frames + 50);
    await bus.unplug(id);
    expect(await reading).toMatchObject({ code: "ENODEV" });
    expect(Buffer.compare(Buffer.concat(chunks), sent(2 * frames + 50))).toBe(0);
    await device.close();
    await bus.replug(id);
    device = await openIsochronous(backend, id);
  });
});

describe("a sink of an isochronous endpoint", () => {
  it("sends packets without a gap", async () => {
    const sink = endpoint(SINK).sink({ packetLengths: new Array<number>(FRAMES).fill(100), transfers });
    const packets = Array.from({ length: 4 * FRAMES }, (_, frame) => frameBytes(frame, 100));
    await bus.stopClock(id);
    await sink.write(Buffer.concat(packets));
    await queued(SINK, 4);
    await bus.runClock(id);
    await sink.end();
    const recorded = await bus.recorded(id, SINK);
    expect(recorded.map(({ frame }) => frame)).toEqual(packets.map((_, index) => index));
    expect(Buffer.compare(Buffer.concat(recorded.map(({ data }) => data)), Buffer.concat(packets))).toBe(0);
  });
});
