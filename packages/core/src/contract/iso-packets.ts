import type { IsoPacket } from "./transfer.js";

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
