/** Bytes of a device descriptor (USB 2.0 §9.6.1). */
const DEVICE_DESCRIPTOR_SIZE = 18;
/** Bytes of a configuration's header (USB 2.0 §9.6.3). */
const CONFIGURATION_HEADER_SIZE = 9;

/** The descriptors of a device, as sysfs keeps them. */
export interface SystemDescriptors {
  /** The device descriptor; shorter than 18 bytes only if there is no more. */
  readonly device: Uint8Array;
  /** By index. */
  readonly configurations: readonly Uint8Array[];
}

/**
 * Cuts the content of sysfs's `descriptors`, a device descriptor and all configurations. Lengths that lie cut too little
 * or too much, and never read beyond the end.
 */
export function cutSystemDescriptors(raw: Uint8Array): SystemDescriptors {
  const configurations: Uint8Array[] = [];
  let offset = DEVICE_DESCRIPTOR_SIZE;
  while (offset < raw.length) {
    const declared = (raw[offset + 2] ?? 0) | ((raw[offset + 3] ?? 0) << 8);
    const end = offset + Math.max(declared, CONFIGURATION_HEADER_SIZE);
    configurations.push(raw.slice(offset, end));
    offset = end;
  }
  return { device: raw.slice(0, DEVICE_DESCRIPTOR_SIZE), configurations };
}

/** What a device descriptor says that core wants to know of a device before it is asked. */
export interface DescriptorFacts {
  readonly idVendor: number;
  readonly idProduct: number;
  readonly deviceClass: { readonly class: number; readonly subClass: number; readonly protocol: number };
}

/** Reads ids and class of a device descriptor; `undefined` if it is not whole. */
export function factsOfDescriptor(descriptor: Uint8Array): DescriptorFacts | undefined {
  if (descriptor.length < DEVICE_DESCRIPTOR_SIZE) return undefined;
  const view = new DataView(descriptor.buffer, descriptor.byteOffset, descriptor.length);
  return {
    idVendor: view.getUint16(8, true),
    idProduct: view.getUint16(10, true),
    deviceClass: { class: view.getUint8(4), subClass: view.getUint8(5), protocol: view.getUint8(6) },
  };
}

/** Where Linux has the device's node; `undefined` elsewhere. */
export function nodePath(bus: number, address: number): string | undefined {
  if (process.platform !== "linux") return undefined;
  return `/dev/bus/usb/${String(bus).padStart(3, "0")}/${String(address).padStart(3, "0")}`;
}
