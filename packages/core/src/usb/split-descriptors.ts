import { MAX_TOTAL_LENGTH } from "./constants.js";
import type { DescriptorFaults } from "./descriptor-faults.js";
import { hexByte } from "./hex.js";

/** One descriptor cut out of a set. */
export interface DescriptorPiece {
  /** Bytes from the start of the set. */
  readonly offset: number;
  /** Second byte; 0 where there is none. */
  readonly bDescriptorType: number;
  /** Its bytes: `bLength` of them, or as many as are left. A view, not a copy. */
  readonly bytes: Uint8Array;
}

/**
 * Cuts a descriptor set into its descriptors by their `bLength`. The pieces follow each other without a gap from `start`
 * to the end of the bytes, whatever the bytes are. Where a length leads nowhere (0, 1), the rest is one last piece.
 */
export function* splitDescriptors(
  bytes: Uint8Array,
  start: number,
  faults: DescriptorFaults,
): Generator<DescriptorPiece, void, void> {
  let offset = start;
  while (offset < bytes.length) {
    const length = usableLength(bytes, offset, faults);
    yield {
      offset,
      bDescriptorType: bytes[offset + 1] ?? 0,
      bytes: bytes.subarray(offset, offset + length),
    };
    offset += length;
  }
}

function usableLength(bytes: Uint8Array, offset: number, faults: DescriptorFaults): number {
  const left = bytes.length - offset;
  const bLength = bytes[offset] ?? 0;
  if (offset >= MAX_TOTAL_LENGTH) {
    faults.add("too-long", offset, `${left} bytes behind the ${MAX_TOTAL_LENGTH} that a set can have`);
    return left;
  }
  if (bLength === 0) {
    faults.add(
      "zero-length",
      offset,
      `a descriptor has bLength 0; the last ${left} bytes are not taken apart`,
    );
    return left;
  }
  if (left === 1) {
    faults.add("truncated", offset, "the set ends in the first byte of a descriptor");
    return left;
  }
  if (bLength === 1) {
    faults.add("too-short", offset, `a descriptor has bLength 1; the last ${left} bytes are not taken apart`);
    return left;
  }
  if (bLength > left) {
    const type = hexByte(bytes[offset + 1]);
    faults.add(
      "truncated",
      offset,
      `a descriptor of type ${type} has bLength ${bLength}, but ${left} bytes are left`,
    );
    return left;
  }
  return bLength;
}
