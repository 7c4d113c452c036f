import type { InterfaceDescriptor, RawDescriptor } from "../usb/descriptors.js";
import type { Configuration } from "./configuration.js";
import type { Device } from "./device.js";
import { Endpoint } from "./endpoint.js";
import { interfaceHeadline } from "./headline.js";
import { kInspect } from "./internals.js";
import { plainFields } from "./plain-fields.js";

/** One alternate setting of one interface. All fields are cached; none does I/O. */
export class Interface implements InterfaceDescriptor, Iterable<Endpoint> {
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

  /** Made by {@link Configuration}. @internal */
  constructor(
    configuration: Configuration,
    index: number,
    alternateIndex: number,
    descriptor: InterfaceDescriptor,
  ) {
    this.device = configuration.device;
    this.configuration = configuration;
    this.index = index;
    this.alternateIndex = alternateIndex;
    this.bLength = descriptor.bLength;
    this.bDescriptorType = descriptor.bDescriptorType;
    this.bInterfaceNumber = descriptor.bInterfaceNumber;
    this.bAlternateSetting = descriptor.bAlternateSetting;
    this.bNumEndpoints = descriptor.bNumEndpoints;
    this.bInterfaceClass = descriptor.bInterfaceClass;
    this.bInterfaceSubClass = descriptor.bInterfaceSubClass;
    this.bInterfaceProtocol = descriptor.bInterfaceProtocol;
    this.iInterface = descriptor.iInterface;
    this.extraDescriptors = descriptor.extraDescriptors;
    this.endpoints = Object.freeze(
      descriptor.endpoints.map((each, position) => new Endpoint(this, position, each)),
    );
  }

  /** Iterates over the endpoints. */
  [Symbol.iterator](): IterableIterator<Endpoint> {
    return this.endpoints[Symbol.iterator]();
  }

  /** Selects this alternate setting; as {@link Device.setInterfaceAltsetting}. */
  setAltsetting(): Promise<void> {
    return this.device.setInterfaceAltsetting(this);
  }

  /** Claims this interface; as {@link Device.claimInterface}. */
  claim(): Promise<void> {
    return this.device.claimInterface(this);
  }

  /** Gives this interface back; as {@link Device.releaseInterface}. */
  release(): Promise<void> {
    return this.device.releaseInterface(this);
  }

  /** As `headline` writes it. I/O: none. */
  toString(): string {
    return interfaceHeadline(this);
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
