import { compactPackets } from "./iso-packets.js";
import type { StreamRequest } from "./stream.js";
import type { IsoPacket, TransferResult } from "./transfer.js";

/** What a transfer of a stream brought, until the reader takes it. */
export interface Arrival {
  /** Its bytes; of packets with the holes between them. */
  readonly data: Uint8Array;
  /** Bytes that arrived. */
  readonly length: number;
  /** Isochronous only. */
  readonly packets?: readonly IsoPacket[];
}

/**
 * What a result brings to the reader of a stream; `undefined` if it tells nothing. A short packet, and an empty one, is
 * something: it ends a message.
 */
export function arrivalOf(result: TransferResult, { type }: StreamRequest): Arrival | undefined {
  const { data, length, packets, status } = result;
  if (data === undefined || (length === 0 && status !== "completed")) return undefined;
  if (type !== "isochronous") {
    const bytes = data.length === length ? data : data.slice(0, length);
    return { data: bytes, length: bytes.length };
  }
  return { data, length, packets: packets ?? [{ status, offset: 0, length }] };
}

/** An arrival's bytes without a gap; `undefined` for packets without any, which end no message. */
export function bytesOf({ data, length, packets }: Arrival): Uint8Array | undefined {
  if (packets === undefined) return data;
  return length === 0 ? undefined : compactPackets(data, packets);
}
