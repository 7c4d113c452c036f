import { DESC_TYPE_STRING, MAX_STRING_LENGTH } from "./constants.js";
import { DescriptorFaults } from "./descriptor-faults.js";
import type { DescriptorWarning } from "./descriptors.js";
import { hexByte } from "./hex.js";
import { byteAt, wordAt } from "./little-endian.js";

/** A string descriptor's text and what was wrong with its bytes. */
export interface ParsedString {
  /** The text; U+FFFD stands for half a surrogate pair. */
  readonly text: string;
  /** Empty if nothing was wrong. */
  readonly warnings: readonly DescriptorWarning[];
}

/** Most UTF-16 units of a string descriptor. Source: USB 2.0 §9.6.7, `bLength` of 8 bits. */
const MAX_UNITS = (MAX_STRING_LENGTH - 2) / 2;

/**
 * Parses a string descriptor (USB 2.0 §9.6.7, UTF-16 with the low byte first). I/O: none. Never throws, whatever the
 * bytes are. As in PyUSB, `bLength` says where the text ends, and half a unit at the end is left out.
 *
 * @param index - Of the string, for the warnings' `source`.
 */
export function parseStringDescriptor(bytes: Uint8Array, index: number): ParsedString {
  const faults = new DescriptorFaults(`string ${index}`, bytes.length);
  const bLength = byteAt(bytes, 0);
  checkHeader(bytes, faults);
  if (bLength > 2 && bLength % 2 !== 0)
    faults.add("bad-value", 0, `the string descriptor has the odd bLength ${bLength}`);
  const end = Math.min(bLength, bytes.length) & ~1;
  return {
    text: new TextDecoder("utf-16le", { ignoreBOM: true }).decode(bytes.slice(2, Math.max(2, end))),
    warnings: faults.toArray(),
  };
}

/**
 * Parses string descriptor 0, the table of language ids (USB 2.0 §9.6.7, Table 9-15). I/O: none. Never throws. As in
 * PyUSB, a table of less than four bytes or of an odd length is no table.
 */
export function parseLangids(bytes: Uint8Array): readonly number[] {
  const bLength = byteAt(bytes, 0);
  if (bytes.length < 4 || bLength < 4 || bLength % 2 !== 0) return [];
  const count = Math.floor((Math.min(bLength, bytes.length) - 2) / 2);
  return Array.from({ length: count }, (_, at) => wordAt(bytes, 2 + 2 * at));
}

/**
 * Makes the string descriptor of a text.
 *
 * @throws RangeError if it has more than 126 UTF-16 units.
 */
export function encodeStringDescriptor(text: string): Uint8Array {
  if (text.length > MAX_UNITS)
    throw new RangeError(
      `text has ${text.length} UTF-16 units; a string descriptor holds ${MAX_UNITS} at most`,
    );
  return encodeUnits(Array.from({ length: text.length }, (_, at) => text.charCodeAt(at)));
}

/**
 * Makes string descriptor 0 of language ids, 16 bits each.
 *
 * @throws RangeError if there are more than 126, or one has more than 16 bits.
 */
export function encodeLangids(langids: readonly number[]): Uint8Array {
  if (langids.length > MAX_UNITS)
    throw new RangeError(
      `langids has ${langids.length} entries; a string descriptor holds ${MAX_UNITS} at most`,
    );
  for (const [at, langid] of langids.entries())
    if (!Number.isInteger(langid) || langid < 0 || langid > 0xffff)
      throw new RangeError(`langids[${at}] must be an integer from 0 to 65535, not ${langid}`);
  return encodeUnits(langids);
}

function checkHeader(bytes: Uint8Array, faults: DescriptorFaults): void {
  const bLength = byteAt(bytes, 0);
  if (bytes.length < 2) {
    faults.add("truncated", 0, `the string descriptor has ${bytes.length} bytes`);
    return;
  }
  if (bytes[1] !== DESC_TYPE_STRING)
    faults.add("wrong-type", 1, `the string descriptor has type ${hexByte(bytes[1])}`);
  if (bLength === 0) faults.add("zero-length", 0, "the string descriptor has bLength 0");
  else if (bLength < 2) faults.add("too-short", 0, "the string descriptor has bLength 1");
  else if (bLength > bytes.length)
    faults.add(
      "truncated",
      0,
      `the string descriptor has bLength ${bLength}, but ${bytes.length} bytes came`,
    );
  else if (bLength < bytes.length)
    faults.add("too-long", bLength, `${bytes.length - bLength} bytes follow the string descriptor`);
}

function encodeUnits(units: readonly number[]): Uint8Array {
  const bytes = new Uint8Array(2 + 2 * units.length);
  bytes.set([bytes.length, DESC_TYPE_STRING]);
  for (const [at, unit] of units.entries()) bytes.set([unit & 0xff, unit >> 8], 2 + 2 * at);
  return bytes;
}
