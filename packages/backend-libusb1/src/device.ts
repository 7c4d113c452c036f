import type { BackendDevice, ClassTriple } from "@tsusb/core/backend";
import type { NativeDevice } from "./native.js";

/** Bytes of a device descriptor (USB 2.0 §9.6.1). */
const DEVICE_DESCRIPTOR_SIZE = 18;
/** Bytes of a configuration's header (USB 2.0 §9.6.3). */
const CONFIGURATION_HEADER_SIZE = 9;

/** A device that libusb lists. */
export class LibUsb1Device implements BackendDevice {
  readonly key: string;
  readonly bus: number;
  readonly address: number;
  readonly portNumbers: readonly number[] | undefined;
  readonly speed: number;
  readonly idVendor: number | undefined;
  readonly idProduct: number | undefined;
  readonly deviceClass: ClassTriple | undefined;
  readonly manufacturer: string | undefined;
  readonly product: string | undefined;
  readonly serialNumber: string | undefined;
  readonly node: string | undefined;
  readonly sysfs: string | undefined;
  /** The addon's number of it. */
  readonly id: number;
  /** The device descriptor; empty if neither the system nor libusb has it. */
  readonly deviceDescriptor: Uint8Array;
  /** The configurations as the device sent them; `undefined` where only libusb knows them. */
  readonly configurations: readonly Uint8Array[] | undefined;

  /** @param keyPrefix - Not the same in two contexts, whose devices have the same numbers. */
  constructor(native: NativeDevice, keyPrefix: string) {
    this.id = native.id;
    this.key = `${keyPrefix}-${native.id}`;
    this.bus = native.bus;
    this.address = native.address;
    this.portNumbers = native.ports === undefined ? undefined : Object.freeze([...native.ports]);
    this.speed = native.speed;
    this.manufacturer = native.manufacturer;
    this.product = native.product;
    this.serialNumber = native.serial;
    this.node = process.platform === "linux" ? nodePath(native.bus, native.address) : undefined;
    this.sysfs = native.sysfs === "" ? undefined : native.sysfs;
    const isRaw = native.raw.length > 0;
    const descriptor = isRaw ? native.raw.slice(0, DEVICE_DESCRIPTOR_SIZE) : native.deviceDescriptor;
    this.deviceDescriptor = descriptor;
    this.configurations = isRaw ? cutConfigurations(native.raw) : undefined;
    if (descriptor.length < DEVICE_DESCRIPTOR_SIZE) return;
    const view = new DataView(descriptor.buffer, descriptor.byteOffset, descriptor.length);
    this.idVendor = view.getUint16(8, true);
    this.idProduct = view.getUint16(10, true);
    this.deviceClass = {
      class: view.getUint8(4),
      subClass: view.getUint8(5),
      protocol: view.getUint8(6),
    };
  }
}

/**
 * Cuts the content of sysfs's `descriptors`, a device descriptor and all configurations, into configurations. Lengths
 * that lie cut too little or too much, and never read beyond the end.
 */
export function cutConfigurations(raw: Uint8Array): readonly Uint8Array[] {
  const configurations: Uint8Array[] = [];
  let offset = DEVICE_DESCRIPTOR_SIZE;
  while (offset < raw.length) {
    const declared = (raw[offset + 2] ?? 0) | ((raw[offset + 3] ?? 0) << 8);
    const end = offset + Math.max(declared, CONFIGURATION_HEADER_SIZE);
    configurations.push(raw.slice(offset, end));
    offset = end;
  }
  return configurations;
}

/** Where Linux has the device's node. */
function nodePath(bus: number, address: number): string {
  return `/dev/bus/usb/${String(bus).padStart(3, "0")}/${String(address).padStart(3, "0")}`;
}
