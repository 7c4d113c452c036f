import { expect } from "vitest";
import type { ConformanceCase, Topic } from "../conformance-case.js";
import { type CaseContext, expectBytes, PATIENCE, testBytes } from "../context.js";
import type { LoopbackPair } from "../device-under-test.js";
import { loopbackPart, type PairType, read, roundTrip, write } from "./round-trip.js";

/** What bulk and interrupt transfers have in common, on a pair that sends back what it receives. */
export function loopback(type: PairType): Topic<CaseContext> {
  const part = loopbackPart(type);
  const pairOf = (context: CaseContext): readonly [PairType, LoopbackPair] => [type, context.part(part)];
  const onPair = (
    name: string,
    run: ConformanceCase<CaseContext>["run"],
    rest: Partial<ConformanceCase<CaseContext>> = {},
  ): ConformanceCase<CaseContext> => ({ name, parts: [part], run, ...rest });

  return {
    name: `${type} transfers`,
    cases: [
      onPair(
        "gives back what was sent, from no bytes over every edge of a packet to many packets",
        async (context) => {
          const pair = pairOf(context);
          const handle = await context.use(pair[1]);
          const { packetSize } = pair[1];
          const edges = [
            1,
            2,
            packetSize - 1,
            packetSize,
            packetSize + 1,
            2 * packetSize,
            3 * packetSize + 7,
          ];
          for (const length of [0, ...edges, 8 * packetSize, ...(type === "bulk" ? [16_384, 65_536] : [])])
            await roundTrip(context, handle, pair, length);
        },
      ),
      onPair("ends a read at a short packet", async (context) => {
        const pair = pairOf(context);
        const handle = await context.use(pair[1]);
        await write(context, handle, pair, testBytes(pair[1].packetSize - 3));
        const back = await read(context, handle, pair, 4 * pair[1].packetSize);
        expectBytes(back, testBytes(pair[1].packetSize - 3));
      }),
      onPair("gives one message for each read, in order", async (context) => {
        const pair = pairOf(context);
        const handle = await context.use(pair[1]);
        const { packetSize } = pair[1];
        for (const length of [5, 6, 7]) await write(context, handle, pair, testBytes(length));
        for (const length of [5, 6, 7])
          expectBytes(await read(context, handle, pair, packetSize), testBytes(length));
      }),
      onPair("completes reads of one endpoint in the order of submission", async (context) => {
        const pair = pairOf(context);
        const handle = await context.use(pair[1]);
        const settled: number[] = [];
        const lengths = [1, 2, 3, 4, 5, 6, 7, 8];
        const reads = lengths.map(async (_, index) => {
          const back = await read(context, handle, pair, pair[1].packetSize);
          settled.push(index);
          return back;
        });
        for (const length of lengths) await write(context, handle, pair, testBytes(length));
        for (const [index, back] of (await Promise.all(reads)).entries())
          expectBytes(back, testBytes(index + 1));
        expect(settled).toEqual(lengths.map((_, index) => index));
      }),
      onPair("has sent the bytes that were there when it was submitted", async (context) => {
        const pair = pairOf(context);
        const handle = await context.use(pair[1]);
        const bytes = testBytes(7);
        const written = write(context, handle, pair, bytes);
        bytes.fill(0);
        await written;
        expectBytes(await read(context, handle, pair, pair[1].packetSize), testBytes(7));
      }),
      onPair("fills `into` from its start, leaves the rest and gives no `data`", async (context) => {
        const pair = pairOf(context);
        const handle = await context.use(pair[1]);
        const memory = new Uint8Array(2 * pair[1].packetSize).fill(0xaa);
        const into = memory.subarray(8, 8 + pair[1].packetSize);
        const done = context.transfer(handle, { type, endpoint: pair[1].in, into, timeout: PATIENCE });
        await write(context, handle, pair, testBytes(10));
        const { status, length, data } = await done;
        expect({ status, length, data }).toEqual({ status: "completed", length: 10, data: undefined });
        expectBytes(memory.slice(8, 18), testBytes(10));
        expect(new Set([...memory.subarray(0, 8), ...memory.subarray(18)])).toEqual(new Set([0xaa]));
      }),
      onPair("gives the bytes as `data` if `into` was detached in flight", async (context) => {
        const pair = pairOf(context);
        const handle = await context.use(pair[1]);
        const into = new Uint8Array(pair[1].packetSize);
        const done = context.transfer(handle, { type, endpoint: pair[1].in, into, timeout: PATIENCE });
        structuredClone(into.buffer, { transfer: [into.buffer] });
        await write(context, handle, pair, testBytes(10));
        const { status, length, data } = await done;
        expect({ status, length }).toEqual({ status: "completed", length: 10 });
        expectBytes(data, testBytes(10));
      }),
      onPair("settles without a byte although `into` was detached in flight", async (context) => {
        const pair = pairOf(context);
        const handle = await context.use(pair[1]);
        const into = new Uint8Array(pair[1].packetSize);
        const done = context.transfer(handle, { type, endpoint: pair[1].in, into, timeout: 50 });
        structuredClone(into.buffer, { transfer: [into.buffer] });
        const { status, length } = await done;
        expect({ status, length }).toEqual({ status: "timedOut", length: 0 });
      }),
      onPair("gives data that belongs to the receiver and can be transferred", async (context) => {
        const pair = pairOf(context);
        const handle = await context.use(pair[1]);
        await write(context, handle, pair, testBytes(11));
        const first = await read(context, handle, pair, pair[1].packetSize);
        const moved = structuredClone(first, { transfer: [first.buffer as ArrayBuffer] });
        expect(first.byteLength).toBe(0);
        await write(context, handle, pair, testBytes(12));
        expectBytes(await read(context, handle, pair, pair[1].packetSize), testBytes(12));
        expectBytes(moved, testBytes(11));
      }),
      onPair(
        "tells more bytes than were asked for as an overflow",
        async (context) => {
          const pair = pairOf(context);
          const handle = await context.use(pair[1]);
          await write(context, handle, pair, testBytes(30));
          const request = { type, endpoint: pair[1].in, length: 10, timeout: PATIENCE };
          const result = await context.transfer(handle, request);
          expect(result.status).toBe("overflow");
          expect(result.length).toBeLessThanOrEqual(10);
          context.expectErrorCode(result, "overflow");
        },
        { supports: ({ distinguishesOverflow }) => distinguishesOverflow },
      ),
      onPair("moves many transfers that are in flight at once, without a loss", async (context) => {
        const pair = pairOf(context);
        const handle = await context.use(pair[1]);
        const size = type === "bulk" ? 16_384 : 8 * pair[1].packetSize;
        const bytes = testBytes(size * (context.isSlow ? 8 : 64));
        const parts = Array.from({ length: bytes.byteLength / size }, (_, index) =>
          bytes.subarray(index * size, (index + 1) * size),
        );
        const reads = parts.map(() => read(context, handle, pair, size));
        const writes = parts.map((part) => write(context, handle, pair, part));
        const back = await Promise.all(reads);
        await Promise.all(writes);
        for (const [index, part] of parts.entries()) expectBytes(back[index], part);
      }),
    ],
  };
}
