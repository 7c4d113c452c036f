/** How an isochronous endpoint of a description file ends its packets: `seed`, and shares in percent. */
export interface RandomLengths {
  readonly seed: number;
  readonly short?: number;
  readonly empty?: number;
  readonly failed?: number;
}

/** The finalizer of MurmurHash3, as the daemon has it. */
function scramble(n: number): number {
  let mixed = Math.imul(n ^ (n >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return (mixed ^ (mixed >>> 16)) >>> 0;
}

/**
 * What comes of the packet of a frame.
 *
 * @param full - Bytes that may move in one service interval of the endpoint.
 * @param frame - Frames of the endpoint since the first that was used in its alternate setting.
 * @returns Its bytes, or `undefined` if it fails.
 */
export function plannedLength(lengths: RandomLengths, full: number, frame: number): number | undefined {
  const { seed, short = 0, empty = 0, failed = 0 } = lengths;
  const dice = scramble((seed + frame) | 0);
  const share = dice % 100;
  if (share < failed) return undefined;
  if (share < failed + empty) return 0;
  return share < failed + empty + short && full > 1 ? 1 + ((dice >>> 8) % (full - 1)) : full;
}

/** The bytes that a source of the pattern `frames` sends in a frame: its number, little-endian, then counting. */
export function frameBytes(frame: number, length: number): Uint8Array {
  return Uint8Array.from({ length }, (_, index) => (index < 4 ? frame >>> (8 * index) : frame + index));
}
