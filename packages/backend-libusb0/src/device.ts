import { cutSystemDescriptors, factsOfDescriptor, nodePath } from "@tsusb/addon-kit";
import type { BackendDevice, ClassTriple } from "@tsusb/core/backend";
import type { NativeDevice } from "./native.js";

/** A device that libusb lists. */
export class LibUsb0Device implements BackendDevice {
  readonly key: string;
  readonly bus: number;
  readonly address: number | undefined;
  readonly portNumbers: readonly number[] | undefined;
  readonly speed: number | undefined;
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
  /** The device descriptor. */
  readonly deviceDescriptor: Uint8Array;
  /** The configurations as the device sent them; `undefined` where only libusb knows them. */
  readonly configurations: readonly Uint8Array[] | undefined;

  /** @param keyPrefix - Not the same in two contexts, whose devices have the same numbers. */
  constructor(native: NativeDevice, keyPrefix: string) {
    this.id = native.id;
    this.key = `${keyPrefix}-${native.id}`;
    this.bus = native.bus;
    this.address = native.address === 0 ? undefined : native.address;
    this.portNumbers = native.ports === undefined ? undefined : Object.freeze([...native.ports]);
    this.speed = native.speed;
    this.manufacturer = native.manufacturer;
    this.product = native.product;
    this.serialNumber = native.serial;
    this.sysfs = native.sysfs === "" ? undefined : native.sysfs;
    this.node = this.sysfs === undefined ? undefined : nodePath(native.bus, native.address);
    const system = native.raw.length > 0 ? cutSystemDescriptors(native.raw) : undefined;
    this.deviceDescriptor = system?.device ?? native.deviceDescriptor;
    this.configurations = system?.configurations;
    const facts = factsOfDescriptor(this.deviceDescriptor);
    this.idVendor = facts?.idVendor;
    this.idProduct = facts?.idProduct;
    this.deviceClass = facts?.deviceClass;
  }
}
