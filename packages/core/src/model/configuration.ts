import type {
  ConfigurationDescriptor,
  InterfaceAssociationDescriptor,
  RawDescriptor,
} from "../usb/descriptors.js";
import type { Device } from "./device.js";
import type { Interface } from "./interface.js";

/** One configuration of a device. All fields are cached; none does I/O. */
export declare class Configuration implements ConfigurationDescriptor, Iterable<Interface> {
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
  /** Most current that it draws, in mA: `bMaxPower` in steps of 2 mA, at SuperSpeed of 8 mA. */
  readonly maxPowerMilliamperes: number;

  /** Iterates over {@link Configuration.interfaces}. */
  [Symbol.iterator](): IterableIterator<Interface>;
  /**
   * Finds one alternate setting. PyUSB's `cfg[(0, 0)]`, by number instead of index.
   *
   * @param interfaceNumber - `bInterfaceNumber`.
   * @param alternateSetting - `bAlternateSetting`, default 0.
   */
  getInterface(interfaceNumber: number, alternateSetting?: number): Interface | undefined;
  /** Selects this configuration; as {@link Device.setConfiguration}. */
  set(): Promise<void>;
}
