import { getBackend } from "@tsusb/backend-libusb1";
import type { Device, IBackend, StreamPackets } from "@tsusb/core";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { BusClient } from "../../../testbed/bus/client.js";
import { frameBytes, plannedLength } from "../../../testbed/bus/isochronous-plan.js";
import { endpointOf } from "./endpoint-of.js";
import { openIsochronous, plugIsochronous } from "./isochronous-device.js";

const SOURCE = 0x82;
const SINK = 0x02;
/** Most bytes of a packet of both. */
const FULL = 192;

let bus: BusClient;
let backend: IBackend;
let id: string;
let device: Device;

beforeAll(async () => {
  bus = await BusClient.connect();
  backend = await getBackend();
  id = await plugIsochronous(bus, "iso-high", 25);
  device = await openIsochronous(backend, id);
});

beforeEach(async () => {
  await bus.stopClock(id);
  await device.setInterfaceAltsetting(1, 1);
});

afterAll(async () => {
  await device.close();
  await bus.unplug(id);
  bus.close();
  await backend.close();
});

const endpoint = (address: number) => endpointOf(device, address);

const inspected = async (address: number) =>
  (await bus.inspect(id)).endpoints.find((each) => each.endpoint === address);

/** Waits until the bus holds so many URBs of an endpoint. */
const queued = (address: number, urbs: number) =>
  expect.poll(async () => (await inspected(address))?.pending).toBe(urbs);

/** Intervals in which the bus had nothing queued. */
const dryIntervals = async (address: number) => (await inspected(address))?.isochronous?.missed ?? 0;

/** How the source ends the packet of a frame. */
const planned = (frame: number) => plannedLength({ seed: 1, short: 30, empty: 10, failed: 5 }, FULL, frame);

/** How many of the first packets do not come. */
const failedOf = (frames: number) =>
  Array.from({ length: frames }, (_, frame) => planned(frame)).filter((length) => length === undefined)
    .length;

/** Checks each packet against the plan, and its bytes where it says that they are. */
function expectPlanned({ data, packets }: StreamPackets, firstFrame: number): void {
  expect(packets.map(({ status, length, offset }) => ({ status, length, offset }))).toEqual(
    packets.map((_, index) => {
      const length = planned(firstFrame + index);
      return {
        status: length === undefined ? "error" : "completed",
        length: length ?? 0,
        offset: index * FULL,
      };
    }),
  );
  for (const [index, { offset, length }] of packets.entries()) {
    const bytes = data.subarray(offset, offset + length);
    if (Buffer.compare(bytes, frameBytes(firstFrame + index, length)) !== 0)
      throw new Error(`frame ${firstFrame + index} has other bytes`);
  }
}

describe("the packets of an isochronous stream", () => {
  it.each([false, true])(
    "arrive as sent, 10,000 of them, short, empty and failed ones among them, lent: %s",
    async (borrow) => {
      const dry = await dryIntervals(SOURCE);
      const transfers = 8;
      await using stream = endpoint(SOURCE).stream({ transferSize: 128 * FULL, transfers, borrow });
      const first = stream.readPackets();
      await queued(SOURCE, transfers);
      // Half of what is queued each time, so that the bus always has more.
      for (let frame = 0; frame < 80 * 128; ) {
        await bus.tick(id, 4 * 128);
        for (const end = frame + 4 * 128; frame < end; frame += 128) {
          const taken = await (frame === 0 ? first : stream.readPackets());
          if (taken === undefined) throw new Error(`the stream ended at frame ${frame}`);
          expectPlanned(taken, frame);
        }
        await queued(SOURCE, transfers);
      }
      expect(stream.stats()).toMatchObject({ packets: 10_240, missed: failedOf(10_240), starved: 0 });
      expect(await dryIntervals(SOURCE)).toBe(dry);
    },
    60_000,
  );

  it("keep their schedule while JavaScript is busy for longer than what is queued lasts", async () => {
    const dry = await dryIntervals(SOURCE);
    await using stream = endpoint(SOURCE).stream({ transferSize: 128 * FULL, transfers: 8 });
    const first = stream.readPackets();
    await queued(SOURCE, 8);
    await bus.runClock(id);
    // 8 transfers of 16 ms.
    for (const end = performance.now() + 500; performance.now() < end; );
    await bus.stopClock(id);
    expectPlanned((await first) as StreamPackets, 0);
    expect(stream.stats().packets).toBeGreaterThan(8 * 128);
    expect(await dryIntervals(SOURCE)).toBe(dry);
  });

  it("are told though none of a transfer came, and read passes over those", async () => {
    await using stream = endpoint(SOURCE).stream({ transferSize: 8 * FULL, transfers: 4 });
    await bus.fault(id, { endpoint: SOURCE, do: "missed", count: 16 });
    const first = stream.readPackets();
    await queued(SOURCE, 4);
    await bus.tick(id, 24);
    expect((await first)?.packets.map(({ status }) => status)).toEqual(Array(8).fill("error"));
    expect((await stream.read())?.byteLength).toBeGreaterThan(0);
    expect(stream.stats().missed).toBe(16 + failedOf(24) - failedOf(16));
  });

  it("are not counted where nothing was queued: the stream was starved", async () => {
    const dry = await dryIntervals(SOURCE);
    const transferSize = 8 * FULL;
    await using stream = endpoint(SOURCE).stream({ transferSize, transfers: 1, bufferSize: transferSize });
    const first = stream.readPackets();
    await queued(SOURCE, 1);
    await bus.tick(id, 8);
    expectPlanned((await first) as StreamPackets, 0);
    await queued(SOURCE, 1);
    // Nobody reads: there is no room for another transfer.
    await bus.tick(id, 8);
    await queued(SOURCE, 0);
    await bus.tick(id, 50);
    await stream.readPackets();
    await queued(SOURCE, 1);
    expect((await dryIntervals(SOURCE)) - dry).toBeGreaterThanOrEqual(49);
    const { packets, missed, starved } = stream.stats();
    expect([packets, missed]).toEqual([16, failedOf(16)]);
    expect(starved).toBeGreaterThan(0);
  });

  it("that came before an unplug in the middle of a transfer are told before its error", async () => {
    const stream = endpoint(SOURCE).stream({ transferSize: 32 * FULL, transfers: 4 });
    const first = stream.readPackets();
    await queued(SOURCE, 4);
    await bus.tick(id, 32 + 10);
    expectPlanned((await first) as StreamPackets, 0);
    await bus.unplug(id);
    const last = (await stream.readPackets()) as StreamPackets;
    const came = { data: last.data, packets: last.packets.slice(0, 10) };
    expectPlanned(came, 32);
    expect(last.packets.slice(10).some(({ status }) => status === "completed")).toBe(false);
    await expect(stream.readPackets()).rejects.toMatchObject({ code: "ENODEV" });
    const moved = came.packets.filter(({ status }) => status === "completed").length;
    expect(stream.stats()).toMatchObject({ packets: 32 + moved, missed: failedOf(32) });
    await device.close();
    await bus.replug(id);
    device = await openIsochronous(backend, id);
  });
});

describe("the packets of an isochronous sink", () => {
  it("have the lengths asked for, however it is written to, and those that fail are counted", async () => {
    const frames = 20 * 128;
    const bytes = Buffer.concat(Array.from({ length: frames }, (_, frame) => frameBytes(frame, 100)));
    const sink = endpoint(SINK).sink({ packetLengths: new Array<number>(128).fill(100), transfers: 32 });
    for (let start = 0; start < bytes.length; start += 7777)
      await sink.write(bytes.subarray(start, start + 7777));
    await queued(SINK, 20);
    await bus.tick(id, frames);
    await sink.flush();
    const goes = (_: unknown, frame: number) =>
      plannedLength({ seed: 2, failed: 5 }, FULL, frame) !== undefined;
    const sent = Array.from({ length: frames }, (_, frame) => frame).filter(goes);
    expect(sink.stats()).toMatchObject({ packets: frames, missed: frames - sent.length });
    const recorded = await bus.recorded(id, SINK);
    expect(recorded.map(({ frame }) => frame)).toEqual(sent);
    for (const { frame, data } of recorded) expect(Buffer.compare(data, frameBytes(frame, 100))).toBe(0);
    await sink.end();
  });
});
