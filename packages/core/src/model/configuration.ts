import { MAX_POWER_UNIT, MAX_POWER_UNIT_SUPERSPEED, SPEED_SUPER, SPEED_UNKNOWN } from "../usb/constants.js";
import type {
  ConfigurationDescriptor,
  InterfaceAssociationDescriptor,
  RawDescriptor,
} from "../usb/descriptors.js";
import type { Device } from "./device.js";
import { configurationHeadline } from "./headline.js";
import { Interface } from "./interface.js";
import { kInspect } from "./internals.js";
import { plainFields } from "./plain-fields.js";

/** One configuration of a device. All fields are cached; none does I/O. */
export class Configuration implements ConfigurationDescriptor, Iterable<Interface> {
  /** The device. */
  readonly device: Device;
  /** Position in the device's list, from 0; not `bConfigurationValue`. */
  readonly index: number;
  readonly bLength: number;
  readonly bDescriptorType: number;
  readonly wTotalLength: number;
  readonly bNumInterfaces: number;
  readonly bConfigurationValue: number;
  readonly iConfiguration: number;
  readonly bmAttributes: number;
  readonly bMaxPower: number;
  /** Every alternate setting of every interface, by interface number and alternate setting as PyUSB gives them. */
  readonly interfaces: readonly Interface[];
  readonly interfaceAssociations: readonly InterfaceAssociationDescriptor[];
  readonly extraDescriptors: readonly RawDescriptor[];
  readonly bytes: Uint8Array;
  /** Made by {@link Device}. @internal */
  constructor(device: Device, index: number, descriptor: ConfigurationDescriptor) {
    this.device = device;
    this.index = index;
    this.bLength = descriptor.bLength;
    this.bDescriptorType = descriptor.bDescriptorType;
    this.wTotalLength = descriptor.wTotalLength;
    this.bNumInterfaces = descriptor.bNumInterfaces;
    this.bConfigurationValue = descriptor.bConfigurationValue;
    this.iConfiguration = descriptor.iConfiguration;
    this.bmAttributes = descriptor.bmAttributes;
    this.bMaxPower = descriptor.bMaxPower;
    this.interfaceAssociations = descriptor.interfaceAssociations;
    this.extraDescriptors = descriptor.extraDescriptors;
    this.bytes = descriptor.bytes;
    const numbers = [...new Set(descriptor.interfaces.map((each) => each.bInterfaceNumber))];
    this.interfaces = Object.freeze(
      numbers.flatMap((number, interfaceIndex) =>
        descriptor.interfaces
          .filter((each) => each.bInterfaceNumber === number)
          .map((each, alternateIndex) => new Interface(this, interfaceIndex, alternateIndex, each)),
      ),
    );
  }

  /** Most current that it draws, in mA: `bMaxPower` in steps of 2 mA, at SuperSpeed of 8 mA. */
  get maxPowerMilliamperes(): number {
    const { speed, bcdUSB } = this.device;
    // USB 3.2 §9.6.3: at Gen X speed the unit is 8 mA. Where the speed is unknown, the release of the device decides.
    const superSpeed =
      speed === undefined || speed === SPEED_UNKNOWN ? bcdUSB >= 0x0300 : speed >= SPEED_SUPER;
    return this.bMaxPower * (superSpeed ? MAX_POWER_UNIT_SUPERSPEED : MAX_POWER_UNIT);
  }

  /** Iterates over {@link Configuration.interfaces}. */
  [Symbol.iterator](): IterableIterator<Interface> {
    return this.interfaces[Symbol.iterator]();
  }

  /**
   * Finds one alternate setting. PyUSB's `cfg[(0, 0)]`, by number instead of index.
   *
   * @param interfaceNumber - `bInterfaceNumber`.
   * @param alternateSetting - `bAlternateSetting`, default 0.
   */
  getInterface(interfaceNumber: number, alternateSetting = 0): Interface | undefined {
    return this.interfaces.find(
      (each) => each.bInterfaceNumber === interfaceNumber && each.bAlternateSetting === alternateSetting,
    );
  }

  /** Selects this configuration; as {@link Device.setConfiguration}. */
  set(): Promise<void> {
    return this.device.setConfiguration(this);
  }

  /** As `headline` writes it. I/O: none. */
  toString(): string {
    return configurationHeadline(this);
  }

  /** Its descriptor's fields and what is in it, for `JSON.stringify`. I/O: none. */
  toJSON(): Record<string, unknown> {
    return plainFields(this);
  }

  /** What `console.log` writes: the headline in angle brackets. @internal */
  [kInspect](): string {
    return `<${this}>`;
  }
}
