import type { Slot } from "./slot-pool.js";

/** What the bytes of a transfer depend on: the part of a `TransferRequest` that this needs. */
export interface TransferBytes {
  readonly endpoint: number;
  readonly setup?: {
    readonly bmRequestType: number;
    readonly bRequest: number;
    readonly wValue: number;
    readonly wIndex: number;
    readonly wLength: number;
  };
  readonly length?: number;
  readonly into?: Uint8Array;
  readonly data?: Uint8Array;
  readonly packetLengths?: readonly number[];
}

/** Where the bytes of one packet are. */
export interface PacketBytes {
  readonly offset: number;
  readonly length: number;
}

/** Bytes of a setup packet (USB 2.0 §9.3). */
export const SETUP_SIZE = 8;

/** Bit 7 of an endpoint's address and of `bmRequestType` (USB 2.0 §9.3, §9.6.6): towards the host. */
const IN = 0x80;

/** Whether the data moves towards the host. */
export function isIn({ setup, endpoint }: TransferBytes): boolean {
  return ((setup === undefined ? endpoint : setup.bmRequestType) & IN) !== 0;
}

/** Bytes of data that a transfer asks for or sends, without its setup packet. */
export function dataSize({ setup, into, data, length }: TransferBytes): number {
  return setup === undefined ? (into?.length ?? data?.length ?? length ?? 0) : setup.wLength;
}

/** Writes the eight bytes that open a control transfer to the start of `bytes`. */
export function writeSetup(bytes: Uint8Array, setup: NonNullable<TransferBytes["setup"]>): void {
  bytes[0] = setup.bmRequestType;
  bytes[1] = setup.bRequest;
  bytes[2] = setup.wValue & 0xff;
  bytes[3] = setup.wValue >> 8;
  bytes[4] = setup.wIndex & 0xff;
  bytes[5] = setup.wIndex >> 8;
  bytes[6] = setup.wLength & 0xff;
  bytes[7] = setup.wLength >> 8;
}

/**
 * Writes the lengths of the packets into a slot's table.
 *
 * @param status - What a packet has that the library never fills in: a transfer that fails as a whole must not show
 *   what its slot's last one had.
 */
export function writePackets(table: Int32Array, packetLengths: readonly number[], status: number): void {
  packetLengths.forEach((length, index) => {
    table[index * 3] = length;
    table[index * 3 + 1] = 0;
    table[index * 3 + 2] = status;
  });
}

/**
 * Copies what arrived into the caller's buffer; gives it as an array of its own where there is none, or none any more:
 * a detached buffer has no bytes left, and a shrunken one too few.
 *
 * @param offset - Where the data starts in the slot.
 */
export function deliver(
  { bytes }: Slot,
  { into }: TransferBytes,
  offset: number,
  length: number,
): Uint8Array | undefined {
  if (into === undefined || into.length < length) return bytes.slice(offset, offset + length);
  // Nothing can be set in a detached buffer, not even no bytes.
  if (length > 0)
    into.set(offset === 0 && length === bytes.length ? bytes : bytes.subarray(offset, offset + length));
  return undefined;
}

/** As {@link deliver}, packet by packet: the holes behind short ones stay as the caller had them. */
export function deliverPackets(
  { bytes }: Slot,
  { into }: TransferBytes,
  packets: readonly PacketBytes[],
  total: number,
): Uint8Array | undefined {
  const target = into === undefined || into.length < total ? new Uint8Array(total) : into;
  for (const { offset, length } of packets) {
    if (length > 0) target.set(bytes.subarray(offset, offset + length), offset);
  }
  return target === into ? undefined : target;
}
