import { ConfigurationBuilder } from "./configuration-builder.js";
import {
  CONFIG_DESCRIPTOR_SIZE,
  DESC_TYPE_CONFIG,
  DESC_TYPE_OTHER_SPEED_CONFIGURATION,
} from "./constants.js";
import { DescriptorFaults } from "./descriptor-faults.js";
import type { ConfigurationDescriptor } from "./descriptors.js";
import { hexByte } from "./hex.js";
import { byteAt, wordAt } from "./little-endian.js";
import type { Parsed } from "./parse-device.js";
import { splitDescriptors } from "./split-descriptors.js";

/**
 * Parses one configuration with everything in it. I/O: none. Never throws, whatever the bytes are; takes time in
 * proportion to their number. What is sound is kept, what is not or is not known stands as it came in the
 * `extraDescriptors` of the place where it was.
 *
 * @param bytes - Kept and shared, not copied; nobody may change them.
 * @param index - Position in the device's list, for the warnings' `source`.
 */
export function parseConfiguration(bytes: Uint8Array, index: number): Parsed<ConfigurationDescriptor> {
  const faults = new DescriptorFaults(`configuration ${index}`, bytes.length);
  const bNumInterfaces = byteAt(bytes, 4);
  const wTotalLength = wordAt(bytes, 2);
  const builder = new ConfigurationBuilder(faults);
  const start = endOfHeader(bytes, faults);
  if (bytes.length < wTotalLength)
    faults.add("truncated", 2, `wTotalLength is ${wTotalLength}, but ${bytes.length} bytes came`);
  else if (bytes.length > wTotalLength && bytes.length >= CONFIG_DESCRIPTOR_SIZE)
    faults.add("too-long", 2, `wTotalLength is ${wTotalLength}, but ${bytes.length} bytes came`);
  for (const piece of splitDescriptors(bytes, start, faults)) builder.add(piece);
  const { interfaces, interfaceAssociations, extraDescriptors, interfaceCount } = builder.finish();
  if (bytes.length > 4 && interfaceCount !== bNumInterfaces)
    faults.add("count-mismatch", 4, `bNumInterfaces is ${bNumInterfaces}, but there are ${interfaceCount}`);
  const descriptor: ConfigurationDescriptor = {
    bLength: byteAt(bytes, 0),
    bDescriptorType: byteAt(bytes, 1),
    wTotalLength,
    bNumInterfaces,
    bConfigurationValue: byteAt(bytes, 5),
    iConfiguration: byteAt(bytes, 6),
    bmAttributes: byteAt(bytes, 7),
    bMaxPower: byteAt(bytes, 8),
    interfaces,
    interfaceAssociations,
    extraDescriptors,
    bytes,
  };
  return { descriptor, warnings: faults.toArray() };
}

/** Checks the configuration's own descriptor and tells where the next one starts. */
function endOfHeader(bytes: Uint8Array, faults: DescriptorFaults): number {
  const size = CONFIG_DESCRIPTOR_SIZE;
  const bLength = byteAt(bytes, 0);
  const bDescriptorType = byteAt(bytes, 1);
  if (bytes.length < size) {
    faults.add(
      "truncated",
      bytes.length,
      `the configuration has ${bytes.length} bytes, its descriptor alone ${size}`,
    );
    if (bytes.length === 0) return 0;
  }
  if (bLength === 0) faults.add("zero-length", 0, "the configuration descriptor has bLength 0");
  else if (bLength < size)
    faults.add("too-short", 0, `the configuration descriptor has bLength ${bLength}, not ${size}`);
  else if (bLength > size)
    faults.add("too-long", 0, `the configuration descriptor has bLength ${bLength}, not ${size}`);
  if (
    bytes.length > 1 &&
    bDescriptorType !== DESC_TYPE_CONFIG &&
    bDescriptorType !== DESC_TYPE_OTHER_SPEED_CONFIGURATION
  )
    faults.add("wrong-type", 1, `the configuration descriptor has type ${hexByte(bDescriptorType)}`);
  // A length that leaves room is believed: a later specification may add fields. One that swallows everything is not.
  const end = bLength > size && bLength < bytes.length ? bLength : size;
  return Math.min(end, bytes.length);
}
