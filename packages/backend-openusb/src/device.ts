import { cutSystemDescriptors, factsOfDescriptor, nodePath } from "@tsusb/addon-kit";
import type { BackendDevice, ClassTriple } from "@tsusb/core/backend";
import type { NativeDevice } from "./native.js";

/** A device that OpenUSB lists. */
export class OpenUsbDevice implements BackendDevice {
  readonly key: string;
  readonly bus: number | undefined;
  readonly address: number | undefined;
  readonly idVendor: number | undefined;
  readonly idProduct: number | undefined;
  readonly deviceClass: ClassTriple | undefined;
  readonly node: string | undefined;
  readonly sysfs: string | undefined;
  /** The addon's number of it. */
  readonly id: number;
  /** The device descriptor; empty if OpenUSB does not have it. */
  readonly deviceDescriptor: Uint8Array;
  /** The configurations as the device sent them. */
  readonly configurations: readonly Uint8Array[];

  /** @param keyPrefix - Not the same in two contexts, whose devices have the same numbers. */
  constructor(native: NativeDevice, keyPrefix: string) {
    this.id = native.id;
    this.key = `${keyPrefix}-${native.id}`;
    const isPlaced = native.sysfs !== "";
    this.bus = isPlaced ? native.bus : undefined;
    this.address = isPlaced ? native.address : undefined;
    this.node = isPlaced ? nodePath(native.bus, native.address) : undefined;
    this.sysfs = isPlaced ? native.sysfs : undefined;
    const { device, configurations } = cutSystemDescriptors(native.raw);
    this.deviceDescriptor = device;
    this.configurations = configurations;
    const facts = factsOfDescriptor(device);
    this.idVendor = facts?.idVendor;
    this.idProduct = facts?.idProduct;
    this.deviceClass = facts?.deviceClass;
  }
}
