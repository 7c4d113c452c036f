import type { BackendHandle, BackendSink, BackendStream, StreamStats } from "@tsusb/core/backend";
import { expect } from "vitest";
import type { ConformanceCase } from "../conformance-case.js";
import { type CaseContext, PATIENCE, testBytes } from "../context.js";
import type { LoopbackPair } from "../device-under-test.js";
import { loopbackPart, type PairType } from "./round-trip.js";

/** A pair of endpoints and what type they are of. */
export type TypedPair = readonly [PairType, LoopbackPair];

/** Cases on the pair of a type that sends back what it receives. */
export function onLoopback(type: PairType) {
  const part = loopbackPart(type);
  return (
    name: string,
    run: (context: CaseContext, handle: BackendHandle, pair: TypedPair) => Promise<void>,
    rest: Partial<ConformanceCase<CaseContext>> = {},
  ): ConformanceCase<CaseContext> => ({
    name,
    parts: [part],
    run: async (context) => run(context, await context.use(context.part(part)), [type, context.part(part)]),
    ...rest,
  });
}

/** Transfers that streams and sinks keep in flight here. */
export const TRANSFERS = 2;

/** Bytes that come back at once as a whole: what a transfer must have so that it is full. */
export const unitOf = (pair: LoopbackPair): number => pair.bufferSize ?? pair.packetSize;

/** Messages that a short packet ends, each of another length. */
export const shortMessages = (pair: LoopbackPair, count: number): Uint8Array[] =>
  Array.from({ length: count }, (_, index) => testBytes(1 + ((index * 7) % (pair.packetSize - 1)), index));

/** Opens a stream of a pair's IN endpoint, with transfers of so many bytes and room for four of them. */
export function openStream(
  { backend }: CaseContext,
  handle: BackendHandle,
  [type, pair]: TypedPair,
  { transferSize = 2 * unitOf(pair), transfers = TRANSFERS, room = 4, borrow = false } = {},
): Promise<BackendStream> {
  const bufferSize = room * transferSize;
  const lent = borrow ? { borrow } : {};
  return backend.openStream(handle, {
    type,
    endpoint: pair.in,
    transferSize,
    transfers,
    bufferSize,
    ...lent,
  });
}

/** Opens a sink of a pair's OUT endpoint, with transfers of so many bytes and room for four of them. */
export function openSink(
  { backend }: CaseContext,
  handle: BackendHandle,
  [type, pair]: TypedPair,
  transferSize = 2 * unitOf(pair),
): Promise<BackendSink> {
  const bufferSize = 4 * transferSize;
  return backend.openSink(handle, {
    type,
    endpoint: pair.out,
    transferSize,
    transfers: TRANSFERS,
    bufferSize,
  });
}

/** Waits until the counters are as they are expected. */
export async function untilStats(
  queue: { stats(): StreamStats },
  isSo: (stats: StreamStats) => boolean,
): Promise<StreamStats> {
  const end = performance.now() + PATIENCE;
  for (;;) {
    const stats = queue.stats();
    if (isSo(stats)) return stats;
    if (performance.now() > end) throw new Error(`the counters stay at ${JSON.stringify(stats)}`);
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}

/** Takes chunks until so many bytes have come. */
export async function takeBytes(
  stream: { read(): Promise<Uint8Array | undefined> },
  length: number,
): Promise<Uint8Array> {
  const bytes = new Uint8Array(length);
  let taken = 0;
  while (taken < length) {
    const chunk = await stream.read();
    if (chunk === undefined) throw new Error(`the stream ended after ${taken} of ${length} bytes`);
    expect(taken + chunk.byteLength).toBeLessThanOrEqual(length);
    bytes.set(chunk, taken);
    taken += chunk.byteLength;
  }
  return bytes;
}

/** Puts bytes one behind the other. */
export function concatenate(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, { byteLength }) => sum + byteLength, 0));
  let offset = 0;
  for (const part of parts) {
    whole.set(part, offset);
    offset += part.byteLength;
  }
  return whole;
}
