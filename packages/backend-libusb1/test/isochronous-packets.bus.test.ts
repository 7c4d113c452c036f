import { getBackend } from "@tsusb/backend-libusb1";
import type { Device, IBackend, IsoPacket } from "@tsusb/core";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { BusClient } from "../../../testbed/bus/client.js";
import { frameBytes, plannedLength, type RandomLengths } from "../../../testbed/bus/isochronous-plan.js";
import { openIsochronous, plugIsochronous } from "./isochronous-device.js";

/** As the description has them: 192 bytes a microframe, some short, empty or failed. */
const SOURCE = 0x82;
const SINK = 0x02;
const FULL = 192;
const SOURCE_LENGTHS: RandomLengths = { seed: 1, short: 30, empty: 10, failed: 5 };
const SINK_LENGTHS: RandomLengths = { seed: 2, failed: 5 };

const PACKETS = 10_000;

let bus: BusClient;
let backend: IBackend;
let id: string;
let device: Device;

beforeAll(async () => {
  bus = await BusClient.connect();
  backend = await getBackend();
  id = await plugIsochronous(bus, "iso-high", 21);
  device = await openIsochronous(backend, id);
});

beforeEach(() => device.setInterfaceAltsetting(1, 1));

afterAll(async () => {
  await device.close();
  await bus.unplug(id);
  bus.close();
  await backend.close();
});

const counters = async (endpoint: number) =>
  (await bus.inspect(id)).endpoints.find((each) => each.endpoint === endpoint);

/** Numbers from 1 to `most`, the same each time. */
function* dice(most: number): Generator<number, never> {
  for (let state = 12345; ; ) {
    state = (Math.imul(state, 1103515245) + 12345) >>> 0;
    yield 1 + ((state >>> 8) % most);
  }
}

/** Runs `step` for pieces of random size of so many packets, four at a time, and gives the results in order. */
async function inPieces<T>(
  total: number,
  most: number,
  step: (count: number, from: number) => Promise<T>,
): Promise<readonly T[]> {
  const pieces: Promise<T>[] = [];
  const sizes = dice(most);
  for (let done = 0; done < total; ) {
    const count = Math.min(sizes.next().value, total - done);
    if (pieces.length >= 4) await pieces.at(-4);
    pieces.push(step(count, done));
    done += count;
  }
  return Promise.all(pieces);
}

/** Holds packets against what the source says it sent from a frame on; gives the number of the failed ones. */
function expectFrames(from: number, packets: readonly IsoPacket[], data: Uint8Array): number {
  let failed = 0;
  for (const [index, { status, offset, length }] of packets.entries()) {
    const planned = plannedLength(SOURCE_LENGTHS, FULL, from + index);
    if (planned === undefined) failed += 1;
    expect({ status, offset, length }).toEqual({
      status: planned === undefined ? "error" : "completed",
      offset: index * FULL,
      length: planned ?? 0,
    });
    const room = data.subarray(offset, offset + FULL);
    const expected = new Uint8Array(FULL);
    expected.set(frameBytes(from + index, length));
    if (Buffer.compare(room, expected) !== 0) expect(room).toEqual(expected);
  }
  return failed;
}

describe("10,000 packets, some short, empty or failed,", () => {
  it("arrive as they were sent, each where it belongs", async () => {
    const before = (await counters(SOURCE))?.isochronous ?? { packets: 0, failed: 0, missed: 0 };
    const reads = await inPieces(PACKETS, 300, (count) => device.isoRead(SOURCE, count * FULL));
    let frame = 0;
    let gaps = 0;
    let failed = 0;
    for (const { data, packets } of reads) {
      // The device counts frames that nobody asked for, too: the first packet that can hold its number tells it.
      const known = packets.findIndex(({ length }) => length >= 4);
      if (known >= 0) {
        const number = new DataView(data.buffer, data.byteOffset).getUint32(known * FULL, true) - known;
        gaps += number - frame;
        frame = number;
      }
      failed += expectFrames(frame, packets, data);
      frame += packets.length;
    }
    expect(reads.reduce((sum, { packets }) => sum + packets.length, 0)).toBe(PACKETS);
    const after = (await counters(SOURCE))?.isochronous;
    expect(after).toEqual({
      packets: before.packets + PACKETS,
      failed: before.failed + failed,
      missed: before.missed + gaps,
    });
    expect(failed).toBeGreaterThan(PACKETS / 40);
  });

  it("go out as they were given, and those that failed did not", async () => {
    await bus.recorded(id, SINK);
    const sizes = dice(FULL);
    const lengths = Array.from({ length: PACKETS }, () => sizes.next().value);
    const writes = await inPieces(PACKETS, 300, (count, from) => {
      const packetLengths = lengths.slice(from, from + count);
      const parts = packetLengths.map((length, index) => frameBytes(from + index, length));
      return device.isoWrite(SINK, Buffer.concat(parts), { packetLengths });
    });
    const packets = writes.flatMap((write) => write.packets);
    const recorded = (await bus.recorded(id, SINK)).values();
    let gaps = 0;
    for (const [index, { status, length }] of packets.entries()) {
      if (status === "completed") {
        const taken = recorded.next().value;
        gaps = (taken?.frame ?? 0) - index;
        expect(length).toBe(lengths[index]);
        expect(Buffer.compare(taken?.data ?? Buffer.of(), frameBytes(index, length))).toBe(0);
      }
      // A frame that failed was used; a gap lies between two transfers.
      const failed = plannedLength(SINK_LENGTHS, FULL, index + gaps) === undefined;
      if (failed) expect({ status, length }).toEqual({ status: "error", length: 0 });
    }
    expect(recorded.next().done).toBe(true);
    expect(packets).toHaveLength(PACKETS);
  });
});

describe("a loopback of isochronous packets", () => {
  it("brings back 2,000 packets in order and whole, with others in flight on the same device", async () => {
    await device.setInterfaceAltsetting(0, 1);
    const sizes = dice(256);
    const lengths = Array.from({ length: 2000 }, () => sizes.next().value);
    const others = inPieces(2000, 100, (count) => device.isoRead(SOURCE, count * FULL));
    const sending = inPieces(2000, 200, (count, from) => {
      const packetLengths = lengths.slice(from, from + count);
      const parts = packetLengths.map((length, index) => frameBytes(from + index, length));
      return device.isoWrite(0x01, Buffer.concat(parts), { packetLengths });
    });
    const back: Uint8Array[] = [];
    while (back.length < 2000) {
      const { data, packets } = await device.isoRead(0x81, 256 * 100);
      for (const { status, offset, length } of packets) {
        expect(status).toBe("completed");
        if (length > 0) back.push(data.subarray(offset, offset + length));
      }
    }
    expect(back.map(({ length }) => length)).toEqual(lengths);
    back.forEach((bytes, index) => {
      expect(Buffer.compare(bytes, frameBytes(index, bytes.length))).toBe(0);
    });
    expect((await sending).flatMap(({ packets }) => packets)).toHaveLength(2000);
    await others;
  });
});
