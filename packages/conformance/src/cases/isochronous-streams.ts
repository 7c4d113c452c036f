import type { BackendHandle, BackendStream, StreamPackets } from "@tsusb/core/backend";
import { expect } from "vitest";
import type { ConformanceCase, Topic } from "../conformance-case.js";
import { type CaseContext, expectBytes, testBytes } from "../context.js";
import type { KnownPackets } from "../device-under-test.js";
import { onFaults, onPair, sum } from "./on-isochronous.js";
import { collect } from "./packets.js";
import { concatenate, TRANSFERS } from "./queues.js";

/** What a stream or sink of packets of these lengths asks for. */
const requestOf = (endpoint: number, packetLengths: readonly number[]) => ({
  type: "isochronous" as const,
  endpoint,
  packetLengths,
  transferSize: sum(packetLengths),
  transfers: TRANSFERS,
  bufferSize: 64 * sum(packetLengths),
});

/** A stream of transfers of so many whole packets. */
function openStream(
  { backend }: CaseContext,
  handle: BackendHandle,
  endpoint: number,
  packetSize: number,
  packets: number,
): Promise<BackendStream> {
  return backend.openStream(handle, requestOf(endpoint, new Array<number>(packets).fill(packetSize)));
}

async function takePackets(stream: BackendStream): Promise<StreamPackets> {
  const taken = await stream.readPackets?.();
  if (taken === undefined) throw new Error("the stream has ended, or tells of no packets");
  return taken;
}

/** A case on a stream of the transfers of which packets fail. */
const onStream = (
  name: string,
  run: (stream: BackendStream, faults: KnownPackets) => Promise<void>,
): ConformanceCase<CaseContext> =>
  onFaults(name, async (context, handle, faults) => {
    const { endpoint, packetSize, packets } = faults;
    const stream = await openStream(context, handle, endpoint, packetSize, packets.length);
    await run(stream, faults);
    await stream.close();
  });

/** Streams and sinks of isochronous endpoints. */
export const isochronousStreams: Topic<CaseContext> = {
  name: "streams and sinks of isochronous endpoints",
  cases: [
    onStream(
      "tells how each packet of each transfer ended, and goes on after those that failed",
      async (stream, { packetSize, packets, pattern = () => 0 }) => {
        for (let transfer = 0; transfer < 5; transfer++) {
          const taken = await takePackets(stream);
          expect(taken.packets).toEqual(
            packets.map((each, index) => ({ ...each, offset: index * packetSize })),
          );
          expect(taken.data.byteLength).toBe(packets.length * packetSize);
          for (const { status, offset, length } of taken.packets) {
            if (status !== "completed") continue;
            const expected = Uint8Array.from({ length }, (_each, at) => pattern(at));
            expectBytes(taken.data.slice(offset, offset + length), expected);
          }
        }
      },
    ),
    onStream("counts packets, and those that did not come", async (stream, { packets }) => {
      for (let transfer = 0; transfer < 5; transfer++) await takePackets(stream);
      const { transfers, packets: counted, missed } = stream.stats();
      expect(transfers).toBeGreaterThanOrEqual(5);
      expect(counted).toBe(transfers * packets.length);
      expect(missed).toBe(transfers * packets.filter(({ status }) => status !== "completed").length);
    }),
    onStream(
      "gives the bytes of a transfer without the holes",
      async (stream, { packets, pattern = () => 0 }) => {
        // What came of a packet that failed counts as well: it is there.
        const bytes = concatenate(
          packets.map(({ length }) => Uint8Array.from({ length }, (_each, at) => pattern(at))),
        );
        for (let transfer = 0; transfer < 3; transfer++)
          expect((await stream.read())?.byteLength).toBe(bytes.byteLength);
      },
    ),
    onPair("gives what a sink sends, in the packets asked for", async (context, handle, pair) => {
      const lengths = [pair.packetSize, 1, pair.packetSize - 1];
      const bytes = testBytes(6 * sum(lengths));
      const stream = await openStream(context, handle, pair.in, pair.packetSize, 8);
      const sink = await context.backend.openSink(handle, requestOf(pair.out, lengths));
      const writing = (async () => {
        // Of one transfer, and of more than one: core fills them.
        const size = sum(lengths);
        for (const [from, to] of [
          [0, 1],
          [1, 4],
          [4, 6],
        ] as const)
          await sink.write(bytes.subarray(from * size, to * size));
        await sink.end();
      })();
      const found = await collect(bytes.byteLength, () => takePackets(stream));
      await writing;
      expectBytes(found.bytes, bytes);
      expect(found.lengths).toEqual(new Array(6).fill(lengths).flat());
      expect(sink.stats()).toMatchObject({ bytes: bytes.byteLength, inFlight: 0, buffered: 0, missed: 0 });
      await stream.close();
    }),
    onPair("ends when it is closed, and gives the endpoint back", async (context, handle, pair) => {
      for (let round = 0; round < 3; round++) {
        const stream = await openStream(context, handle, pair.in, pair.packetSize, 4);
        await takePackets(stream);
        await stream.close();
        let left = await stream.readPackets?.();
        while (left !== undefined) left = await stream.readPackets?.();
        expect(await stream.read()).toBeUndefined();
        expect(stream.stats()).toMatchObject({ inFlight: 0, buffered: 0 });
      }
    }),
  ],
};
