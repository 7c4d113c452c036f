import type { BackendHandle } from "@tsusb/core/backend";
import { expect } from "vitest";
import { type CaseContext, expectBytes, PATIENCE, testBytes } from "../context.js";
import type { LoopbackPair } from "../device-under-test.js";

/** Kind of a loopback pair. */
export type PairType = "bulk" | "interrupt";

/** The part of a device that has the pair of a type. */
export const loopbackPart = (type: PairType) =>
  type === "bulk" ? ("bulkLoopback" as const) : ("interruptLoopback" as const);

/** Whether the device keeps these bytes until a zero-length packet tells that there are no more. */
export function needsZeroPacket(pair: LoopbackPair, length: number): boolean {
  const bufferSize = pair.bufferSize ?? pair.packetSize;
  return length > 0 && length % pair.packetSize === 0 && length % bufferSize !== 0;
}

/** Writes bytes into a pair. */
export async function write(
  { transfer }: CaseContext,
  handle: BackendHandle,
  [type, pair]: readonly [PairType, LoopbackPair],
  data: Uint8Array,
): Promise<void> {
  const zeroPacket = needsZeroPacket(pair, data.byteLength);
  const result = await transfer(handle, { type, endpoint: pair.out, data, zeroPacket, timeout: PATIENCE });
  expect(result).toMatchObject({ status: "completed", length: data.byteLength });
}

/** Reads bytes out of a pair. */
export async function read(
  { transfer }: CaseContext,
  handle: BackendHandle,
  [type, pair]: readonly [PairType, LoopbackPair],
  length: number,
): Promise<Uint8Array> {
  const result = await transfer(handle, { type, endpoint: pair.in, length, timeout: PATIENCE });
  expect(result.status).toBe("completed");
  expect(result.data?.byteLength).toBe(result.length);
  return result.data ?? new Uint8Array(0);
}

/** Sends bytes through a pair and expects them back. */
export async function roundTrip(
  context: CaseContext,
  handle: BackendHandle,
  pair: readonly [PairType, LoopbackPair],
  length: number,
): Promise<void> {
  const { packetSize } = pair[1];
  const bytes = testBytes(length);
  // A read of whole packets ends by being full, any other one by a short or a zero-length packet.
  const isFull = length > 0 && length % packetSize === 0 && !needsZeroPacket(pair[1], length);
  const room = isFull ? length : length + packetSize - (length % packetSize);
  const [, back] = await Promise.all([
    write(context, handle, pair, bytes),
    read(context, handle, pair, room),
  ]);
  expectBytes(back, bytes);
}
