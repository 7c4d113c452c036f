import { DESC_TYPE_DEVICE, DEVICE_DESCRIPTOR_SIZE } from "./constants.js";
import { DescriptorFaults } from "./descriptor-faults.js";
import type { DescriptorWarning, DeviceDescriptor } from "./descriptors.js";
import { hexByte } from "./hex.js";
import { byteAt, wordAt } from "./little-endian.js";

/** A descriptor and what was wrong with its bytes. */
export interface Parsed<T> {
  /** What was sound; a field whose bytes are missing is 0. */
  readonly descriptor: T;
  /** Empty if nothing was wrong. */
  readonly warnings: readonly DescriptorWarning[];
}

/** What `bMaxPacketSize0` may be. Source: USB 2.0 Table 9-8; USB 3.2 Table 9-11 (9); Wireless USB 1.1 §7.4.1 (255). */
const PACKET_SIZES: ReadonlySet<number> = new Set([8, 16, 32, 64, 9, 255]);

/** Parses a device descriptor. I/O: none. Never throws, whatever the bytes are. */
export function parseDeviceDescriptor(bytes: Uint8Array): Parsed<DeviceDescriptor> {
  const descriptor: DeviceDescriptor = {
    bLength: byteAt(bytes, 0),
    bDescriptorType: byteAt(bytes, 1),
    bcdUSB: wordAt(bytes, 2),
    bDeviceClass: byteAt(bytes, 4),
    bDeviceSubClass: byteAt(bytes, 5),
    bDeviceProtocol: byteAt(bytes, 6),
    bMaxPacketSize0: byteAt(bytes, 7),
    idVendor: wordAt(bytes, 8),
    idProduct: wordAt(bytes, 10),
    bcdDevice: wordAt(bytes, 12),
    iManufacturer: byteAt(bytes, 14),
    iProduct: byteAt(bytes, 15),
    iSerialNumber: byteAt(bytes, 16),
    bNumConfigurations: byteAt(bytes, 17),
  };
  return { descriptor, warnings: findFaults(bytes, descriptor) };
}

function findFaults(bytes: Uint8Array, descriptor: DeviceDescriptor): readonly DescriptorWarning[] {
  const faults = new DescriptorFaults("device", bytes.length);
  const { bLength, bDescriptorType, bMaxPacketSize0, bNumConfigurations } = descriptor;
  const size = DEVICE_DESCRIPTOR_SIZE;
  if (bytes.length < size)
    faults.add(
      "truncated",
      bytes.length,
      `the device descriptor has ${bytes.length} bytes instead of ${size}`,
    );
  if (bytes.length === 0) return faults.toArray();
  if (bLength === 0) faults.add("zero-length", 0, "the device descriptor has bLength 0");
  else if (bLength < size)
    faults.add("too-short", 0, `the device descriptor has bLength ${bLength}, not ${size}`);
  else if (bLength > size)
    faults.add("too-long", 0, `the device descriptor has bLength ${bLength}, not ${size}`);
  if (bytes.length > size)
    faults.add("too-long", size, `${bytes.length - size} bytes follow the device descriptor`);
  if (bytes.length > 1 && bDescriptorType !== DESC_TYPE_DEVICE)
    faults.add("wrong-type", 1, `the device descriptor has type ${hexByte(bDescriptorType)}`);
  if (bytes.length > 7 && !PACKET_SIZES.has(bMaxPacketSize0))
    faults.add("bad-value", 7, `bMaxPacketSize0 is ${bMaxPacketSize0}`);
  if (bytes.length >= size && bNumConfigurations === 0)
    faults.add("bad-value", 17, "bNumConfigurations is 0");
  return faults.toArray();
}
