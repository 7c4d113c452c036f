import {
  BOS_DESCRIPTOR_SIZE,
  CAPABILITY_CONTAINER_ID,
  CAPABILITY_PLATFORM,
  CAPABILITY_SUPERSPEED_PLUS,
  CAPABILITY_SUPERSPEED_USB,
  CAPABILITY_USB_20_EXTENSION,
  DESC_TYPE_BOS,
  DESC_TYPE_DEVICE_CAPABILITY,
  DEVICE_CAPABILITY_HEADER_SIZE,
} from "./constants.js";
import { DescriptorFaults } from "./descriptor-faults.js";
import type { BOSDescriptor, DeviceCapability, DeviceCapabilityHeader } from "./descriptors.js";
import { hexByte } from "./hex.js";
import { byteAt, longAt, wordAt } from "./little-endian.js";
import { type DescriptorPiece, splitDescriptors } from "./split-descriptors.js";

/** Bytes of each capability that is parsed, without what may follow. Source: USB 3.2 §9.6.2.1 to §9.6.2.5. */
const LEAST_SIZE: ReadonlyMap<number, number> = new Map([
  [CAPABILITY_USB_20_EXTENSION, 7],
  [CAPABILITY_SUPERSPEED_USB, 10],
  [CAPABILITY_CONTAINER_ID, 20],
  [CAPABILITY_PLATFORM, 20],
  [CAPABILITY_SUPERSPEED_PLUS, 12],
]);

/**
 * Parses a binary device object store with its capabilities. I/O: none. Never throws, whatever the bytes are; a
 * capability whose length does not fit its type is `"unknown"`.
 *
 * @param bytes - Kept and shared, not copied; nobody may change them.
 */
export function parseBOS(bytes: Uint8Array): BOSDescriptor {
  const faults = new DescriptorFaults("bos", bytes.length);
  const wTotalLength = wordAt(bytes, 2);
  const bNumDeviceCaps = byteAt(bytes, 4);
  const start = endOfHeader(bytes, faults);
  if (bytes.length > 3 && bytes.length !== wTotalLength)
    faults.add(
      bytes.length < wTotalLength ? "truncated" : "too-long",
      2,
      `wTotalLength is ${wTotalLength}, but ${bytes.length} bytes came`,
    );
  const capabilities = [...splitDescriptors(bytes, start, faults)].map((piece) =>
    parseCapability(piece, faults),
  );
  if (bytes.length > 4 && capabilities.length !== bNumDeviceCaps)
    faults.add(
      "count-mismatch",
      4,
      `bNumDeviceCaps is ${bNumDeviceCaps}, but there are ${capabilities.length}`,
    );
  return {
    bLength: byteAt(bytes, 0),
    bDescriptorType: byteAt(bytes, 1),
    wTotalLength,
    bNumDeviceCaps,
    capabilities,
    warnings: faults.toArray(),
    bytes,
  };
}

function endOfHeader(bytes: Uint8Array, faults: DescriptorFaults): number {
  const size = BOS_DESCRIPTOR_SIZE;
  const bLength = byteAt(bytes, 0);
  if (bytes.length < size)
    faults.add("truncated", bytes.length, `the BOS has ${bytes.length} bytes, its head alone ${size}`);
  if (bytes.length === 0) return 0;
  if (bLength === 0) faults.add("zero-length", 0, "the BOS descriptor has bLength 0");
  else if (bLength < size)
    faults.add("too-short", 0, `the BOS descriptor has bLength ${bLength}, not ${size}`);
  else if (bLength > size)
    faults.add("too-long", 0, `the BOS descriptor has bLength ${bLength}, not ${size}`);
  if (bytes.length > 1 && bytes[1] !== DESC_TYPE_BOS)
    faults.add("wrong-type", 1, `the BOS descriptor has type ${hexByte(bytes[1])}`);
  const end = bLength > size && bLength < bytes.length ? bLength : size;
  return Math.min(end, bytes.length);
}

function parseCapability({ offset, bytes }: DescriptorPiece, faults: DescriptorFaults): DeviceCapability {
  const header: DeviceCapabilityHeader = {
    bLength: byteAt(bytes, 0),
    bDescriptorType: byteAt(bytes, 1),
    bDevCapabilityType: byteAt(bytes, 2),
    bytes,
  };
  // A length of 0 or 1 has its warning already: the rest of the set stands here in one piece.
  if (header.bLength < 2) return { kind: "unknown", ...header };
  if (header.bDescriptorType !== DESC_TYPE_DEVICE_CAPABILITY) {
    faults.add(
      "wrong-type",
      offset + 1,
      `a descriptor of type ${hexByte(header.bDescriptorType)} inside a BOS`,
    );
    return { kind: "unknown", ...header };
  }
  const size = LEAST_SIZE.get(header.bDevCapabilityType) ?? DEVICE_CAPABILITY_HEADER_SIZE;
  if (header.bLength < size)
    faults.add(
      "too-short",
      offset,
      `the capability of type ${hexByte(header.bDevCapabilityType)} has bLength ${header.bLength}, not ${size}`,
    );
  if (bytes.length < size) return { kind: "unknown", ...header };
  return readCapability(header, offset, faults);
}

function readCapability(
  header: DeviceCapabilityHeader,
  offset: number,
  faults: DescriptorFaults,
): DeviceCapability {
  const { bytes } = header;
  switch (header.bDevCapabilityType) {
    case CAPABILITY_USB_20_EXTENSION:
      return { kind: "usb20Extension", ...header, bmAttributes: longAt(bytes, 3) };
    case CAPABILITY_SUPERSPEED_USB:
      return {
        kind: "superSpeed",
        ...header,
        bmAttributes: byteAt(bytes, 3),
        wSpeedsSupported: wordAt(bytes, 4),
        bFunctionalitySupport: byteAt(bytes, 6),
        bU1DevExitLat: byteAt(bytes, 7),
        wU2DevExitLat: wordAt(bytes, 8),
      };
    case CAPABILITY_SUPERSPEED_PLUS:
      return readSuperSpeedPlus(header, offset, faults);
    case CAPABILITY_CONTAINER_ID:
      return { kind: "containerId", ...header, containerId: uuidAt(bytes, 4) };
    case CAPABILITY_PLATFORM:
      return {
        kind: "platform",
        ...header,
        platformCapabilityUUID: uuidAt(bytes, 4),
        capabilityData: bytes.subarray(20),
      };
    default:
      return { kind: "unknown", ...header };
  }
}

function readSuperSpeedPlus(
  header: DeviceCapabilityHeader,
  offset: number,
  faults: DescriptorFaults,
): DeviceCapability {
  const { bytes } = header;
  const bmAttributes = longAt(bytes, 4);
  // Bits 4..0 count the sublink speed attributes, less one. Source: USB 3.2 Table 9-19.
  const promised = (bmAttributes & 0x1f) + 1;
  const present = Math.min(promised, Math.floor((bytes.length - 12) / 4));
  if (present < promised)
    faults.add(
      "count-mismatch",
      offset + 4,
      `${promised} sublink speeds are announced, but there are ${present}`,
    );
  return {
    kind: "superSpeedPlus",
    ...header,
    bmAttributes,
    wFunctionalitySupport: wordAt(bytes, 8),
    bmSublinkSpeedAttr: Array.from({ length: present }, (_, at) => longAt(bytes, 12 + 4 * at)),
  };
}

/** Writes a UUID whose first three fields have their low byte first, as USB sends it. Source: RFC 9562 §4, USB 3.2 §9.6.2.4. */
function uuidAt(bytes: Uint8Array, offset: number): string {
  const order = [3, 2, 1, 0, -1, 5, 4, -1, 7, 6, -1, 8, 9, -1, 10, 11, 12, 13, 14, 15];
  return order
    .map((at) =>
      at < 0
        ? "-"
        : byteAt(bytes, offset + at)
            .toString(16)
            .padStart(2, "0"),
    )
    .join("");
}
