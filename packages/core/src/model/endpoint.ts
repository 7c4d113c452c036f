import type { IsoPacket, TransferType } from "../contract/transfer.js";
import type {
  EndpointDescriptor,
  RawDescriptor,
  SuperSpeedEndpointCompanionDescriptor,
} from "../usb/descriptors.js";
import type { Device } from "./device.js";
import type { EndpointSink, EndpointStream } from "./endpoint-stream.js";
import type { Interface } from "./interface.js";
import type {
  DataOut,
  IsoOptions,
  SinkOptions,
  StreamOptions,
  TransferOptionsOrTimeout,
  WriteOptions,
} from "./options.js";

/** One endpoint of one alternate setting. All fields are cached; none does I/O. */
export declare class Endpoint implements EndpointDescriptor {
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

  /** As {@link Device.read} on this endpoint. */
  read(length: number, options?: TransferOptionsOrTimeout): Promise<Uint8Array>;
  /** As {@link Device.readInto} on this endpoint. */
  readInto(buffer: ArrayBufferView | ArrayBuffer, options?: TransferOptionsOrTimeout): Promise<number>;
  /** As {@link Device.write} on this endpoint. */
  write(data: DataOut, options?: WriteOptions | number): Promise<number>;
  /** As {@link Device.isoRead} on this endpoint. */
  isoRead(
    length: number,
    options?: IsoOptions | number,
  ): Promise<{ data: Uint8Array; packets: readonly IsoPacket[] }>;
  /** As {@link Device.isoWrite} on this endpoint. */
  isoWrite(data: DataOut, options?: IsoOptions | number): Promise<{ packets: readonly IsoPacket[] }>;
  /** As {@link Device.clearHalt} on this endpoint. */
  clearHalt(): Promise<void>;
  /**
   * Reads continuously. I/O: none until the first chunk is asked for.
   *
   * @throws RangeError if a size is no positive multiple of `wMaxPacketSize`, TypeError for an OUT endpoint.
   */
  stream(options?: StreamOptions): EndpointStream;
  /** Writes continuously. I/O: none until the first bytes. @throws TypeError for an IN endpoint. */
  sink(options?: SinkOptions): EndpointSink;
}
