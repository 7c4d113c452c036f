import type { InterfaceDescriptor, RawDescriptor } from "../usb/descriptors.js";
import type { Configuration } from "./configuration.js";
import type { Device } from "./device.js";
import type { Endpoint } from "./endpoint.js";

/** One alternate setting of one interface. All fields are cached; none does I/O. */
export declare class Interface implements InterfaceDescriptor, Iterable<Endpoint> {
  /** The device. */
  readonly device: Device;
  /** The configuration it belongs to. */
  readonly configuration: Configuration;
  /** Position among the configuration's distinct `bInterfaceNumber`s, from 0. */
  readonly index: number;
  /** Position among this interface's alternate settings, from 0. */
  readonly alternateIndex: number;
  readonly bLength: number;
  readonly bDescriptorType: number;
  readonly bInterfaceNumber: number;
  readonly bAlternateSetting: number;
  readonly bNumEndpoints: number;
  readonly bInterfaceClass: number;
  readonly bInterfaceSubClass: number;
  readonly bInterfaceProtocol: number;
  readonly iInterface: number;
  readonly endpoints: readonly Endpoint[];
  readonly extraDescriptors: readonly RawDescriptor[];

  /** Iterates over the endpoints. */
  [Symbol.iterator](): IterableIterator<Endpoint>;
  /** Selects this alternate setting; as {@link Device.setInterfaceAltsetting}. */
  setAltsetting(): Promise<void>;
  /** Claims this interface; as {@link Device.claimInterface}. */
  claim(): Promise<void>;
  /** Gives this interface back; as {@link Device.releaseInterface}. */
  release(): Promise<void>;
}
