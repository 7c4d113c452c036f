/** Reads a byte; 0 where the bytes have ended. */
export function byteAt(bytes: Uint8Array, offset: number): number {
  return bytes[offset] ?? 0;
}

/** Reads 16 bits, low byte first (USB 2.0 §8.1); what lies behind the end counts as 0. */
export function wordAt(bytes: Uint8Array, offset: number): number {
  return byteAt(bytes, offset) | (byteAt(bytes, offset + 1) << 8);
}

/** Reads 32 bits without sign, low byte first; what lies behind the end counts as 0. */
export function longAt(bytes: Uint8Array, offset: number): number {
  return (wordAt(bytes, offset) | (wordAt(bytes, offset + 2) << 16)) >>> 0;
}
