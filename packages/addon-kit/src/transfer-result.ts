import type { Slot } from "./slot-pool.js";
import { dataSize, deliver, deliverPackets, isIn, SETUP_SIZE, type TransferBytes } from "./transfer-bytes.js";

/** What a C library's status means: `status` is one of core's, `backendErrorCode` the library's error, if there is one. */
export interface TransferOutcome<Status> {
  readonly status: Status;
  readonly backendErrorCode?: number;
}

/** One packet of a result: core's `IsoPacket`. */
export interface PacketOutcome<Status> {
  readonly status: Status;
  readonly offset: number;
  readonly length: number;
}

/** The outcome of one transfer: core's `TransferResult`. */
export interface SlotResult<Status> extends TransferOutcome<Status> {
  readonly length: number;
  readonly data?: Uint8Array;
  readonly packets?: readonly PacketOutcome<Status>[];
}

/** Bytes of a slot that a request needs. */
export function slotSize(request: TransferBytes): number {
  return dataSize(request) + (request.setup === undefined ? 0 : SETUP_SIZE);
}

/**
 * Makes the result of a transfer that has ended in a slot: copies what arrived out of it.
 *
 * @param status - The library's, of the whole transfer.
 * @param length - Bytes that moved; for isochronous transfers the table of packets tells.
 * @param outcomeOf - What a status of the library means, that of a packet as well.
 */
export function resultOf<Status>(
  slot: Slot,
  request: TransferBytes,
  status: number,
  length: number,
  outcomeOf: (status: number) => TransferOutcome<Status>,
): SlotResult<Status> {
  const outcome = outcomeOf(status);
  const { packetLengths, setup } = request;
  if (packetLengths !== undefined) return packetResult(slot, request, packetLengths, outcome, outcomeOf);
  const data = isIn(request)
    ? deliver(slot, request, setup === undefined ? 0 : SETUP_SIZE, length)
    : undefined;
  const { backendErrorCode } = outcome;
  // One literal for each of the common shapes: cheaper than spreading, and the fields stay in place.
  if (backendErrorCode === undefined)
    return data === undefined ? { status: outcome.status, length } : { status: outcome.status, length, data };
  return data === undefined
    ? { status: outcome.status, length, backendErrorCode }
    : { status: outcome.status, length, data, backendErrorCode };
}

function packetResult<Status>(
  slot: Slot,
  request: TransferBytes,
  packetLengths: readonly number[],
  outcome: TransferOutcome<Status>,
  outcomeOf: (status: number) => TransferOutcome<Status>,
): SlotResult<Status> {
  const packets: PacketOutcome<Status>[] = [];
  let offset = 0;
  let length = 0;
  packetLengths.forEach((packetLength, index) => {
    const actual = slot.packets[index * 3 + 1] as number;
    const { status } = outcomeOf(slot.packets[index * 3 + 2] as number);
    packets.push({ status, offset, length: actual });
    length += actual;
    offset += packetLength;
  });
  const data = isIn(request) ? deliverPackets(slot, request, packets, offset) : undefined;
  return { ...outcome, length, packets, ...(data === undefined ? {} : { data }) };
}
