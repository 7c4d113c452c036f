import type { IsoPacket, TransferType } from "../contract/transfer.js";
import { ENDPOINT_IN, ENDPOINT_TYPE_MASK } from "../usb/constants.js";
import type {
  EndpointDescriptor,
  RawDescriptor,
  SuperSpeedEndpointCompanionDescriptor,
} from "../usb/descriptors.js";
import type { Device } from "./device.js";
import { EndpointSink } from "./endpoint-sink.js";
import { EndpointStream } from "./endpoint-stream.js";
import { endpointHeadline } from "./headline.js";
import type { Interface } from "./interface.js";
import { kInspect } from "./internals.js";
import type {
  DataOut,
  IsoOptions,
  SinkOptions,
  StreamOptions,
  TransferOptionsOrTimeout,
  WriteOptions,
} from "./options.js";
import { plainFields } from "./plain-fields.js";

const TYPES: readonly TransferType[] = ["control", "isochronous", "bulk", "interrupt"];

/** One endpoint of one alternate setting. All fields are cached; none does I/O. */
export class Endpoint implements EndpointDescriptor {
  /** The device. */
  readonly device: Device;
  /** The alternate setting it belongs to. */
  readonly interface: Interface;
  /** Position in the alternate setting, from 0. */
  readonly index: number;
  readonly bLength: number;
  readonly bDescriptorType: number;
  readonly bEndpointAddress: number;
  readonly bmAttributes: number;
  readonly wMaxPacketSize: number;
  readonly bInterval: number;
  readonly bRefresh: number;
  readonly bSynchAddress: number;
  readonly ssCompanion: SuperSpeedEndpointCompanionDescriptor | undefined;
  readonly extraDescriptors: readonly RawDescriptor[];
  /** `"in"` or `"out"`, from bit 7 of the address. */
  readonly direction: "in" | "out";
  /** Kind of transfer, from `bmAttributes`. */
  readonly type: TransferType;
  /** Bytes of one packet: bits 10..0 of `wMaxPacketSize`. */
  readonly packetSize: number;

  /** Made by {@link Interface}. @internal */
  constructor(interface_: Interface, index: number, descriptor: EndpointDescriptor) {
    this.device = interface_.device;
    this.interface = interface_;
    this.index = index;
    this.bLength = descriptor.bLength;
    this.bDescriptorType = descriptor.bDescriptorType;
    this.bEndpointAddress = descriptor.bEndpointAddress;
    this.bmAttributes = descriptor.bmAttributes;
    this.wMaxPacketSize = descriptor.wMaxPacketSize;
    this.bInterval = descriptor.bInterval;
    this.bRefresh = descriptor.bRefresh;
    this.bSynchAddress = descriptor.bSynchAddress;
    this.ssCompanion = descriptor.ssCompanion;
    this.extraDescriptors = descriptor.extraDescriptors;
    this.direction = (descriptor.bEndpointAddress & ENDPOINT_IN) !== 0 ? "in" : "out";
    this.type = TYPES[descriptor.bmAttributes & ENDPOINT_TYPE_MASK] ?? "control";
    // USB 2.0 §9.6.6: the bits above 10..0 are additional transactions a microframe.
    this.packetSize = descriptor.wMaxPacketSize & 0x07ff;
  }

  /** As {@link Device.read} on this endpoint. */
  read(length: number, options?: TransferOptionsOrTimeout): Promise<Uint8Array> {
    return this.device.read(this, length, options);
  }

  /** As {@link Device.readInto} on this endpoint. */
  readInto(buffer: ArrayBufferView | ArrayBuffer, options?: TransferOptionsOrTimeout): Promise<number> {
    return this.device.readInto(this, buffer, options);
  }

  /** As {@link Device.write} on this endpoint. */
  write(data: DataOut, options?: WriteOptions | number): Promise<number> {
    return this.device.write(this, data, options);
  }

  /** As {@link Device.isoRead} on this endpoint. */
  isoRead(
    length: number,
    options?: IsoOptions | number,
  ): Promise<{ data: Uint8Array; packets: readonly IsoPacket[] }> {
    return this.device.isoRead(this, length, options);
  }

  /** As {@link Device.isoWrite} on this endpoint. */
  isoWrite(data: DataOut, options?: IsoOptions | number): Promise<{ packets: readonly IsoPacket[] }> {
    return this.device.isoWrite(this, data, options);
  }

  /** As {@link Device.clearHalt} on this endpoint. */
  clearHalt(): Promise<void> {
    return this.device.clearHalt(this);
  }

  /**
   * Reads continuously. I/O: none until the first chunk is asked for.
   *
   * @throws RangeError if a size is no positive multiple of `wMaxPacketSize`, TypeError for an OUT endpoint.
   */
  stream(options?: StreamOptions): EndpointStream {
    return new EndpointStream(this, options);
  }

  /** Writes continuously. I/O: none until the first bytes. @throws TypeError for an IN endpoint. */
  sink(options?: SinkOptions): EndpointSink {
    return new EndpointSink(this, options);
  }

  /** As `headline` writes it. I/O: none. */
  toString(): string {
    return endpointHeadline(this);
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
