import type { IsoPacket, TransferResult } from "./transfer.js";

/**
 * Takes the bytes of isochronous packets out of the buffer they came in, without the holes behind short ones.
 *
 * @param buffer - What a transfer filled; packets that claim to lie outside of it are cut.
 * @returns An array of its own.
 */
export function compactPackets(buffer: Uint8Array, packets: readonly IsoPacket[]): Uint8Array<ArrayBuffer> {
  const parts = packets.map(({ offset, length }) => buffer.subarray(offset, offset + length));
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let end = 0;
  for (const part of parts) {
    whole.set(part, end);
    end += part.length;
  }
  return whole;
}

/**
 * Whether an isochronous transfer went its way, so that a stream goes on. Some platforms give a whole transfer the status of
 * a packet that failed; if not one packet went, it was refused.
 */
export function wentItsWay({ status, packets }: TransferResult): boolean {
  if (status === "completed") return true;
  return !wasCutShort(status) && packets?.some((packet) => packet.status === "completed") === true;
}

/** Whether a transfer with this status left packets untried. */
export function wasCutShort(status: TransferResult["status"]): boolean {
  return status === "cancelled" || status === "noDevice" || status === "timedOut";
}
