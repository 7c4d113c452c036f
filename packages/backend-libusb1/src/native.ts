import type { DeviceListing, LibraryNative } from "@tsusb/addon-kit";

/** A device as libusb and the system describe it without opening it. */
export interface NativeDevice {
  /** Never used again in its context. */
  readonly id: number;
  readonly bus: number;
  readonly address: number;
  readonly speed: number;
  readonly ports: Uint8Array | undefined;
  /** 18 bytes; none if libusb failed. */
  readonly deviceDescriptor: Uint8Array;
  /** The device's own descriptors, all of them, where the system keeps them; else none. */
  readonly raw: Uint8Array;
  readonly manufacturer: string | undefined;
  readonly product: string | undefined;
  readonly serial: string | undefined;
  /** Folder in sysfs; empty if there is none. */
  readonly sysfs: string;
}

/** What listDevices gives. */
export type NativeListing = DeviceListing<NativeDevice>;

/** Something that happened without being asked for. */
export type NativeEvent =
  | { readonly kind: "log"; readonly level: number; readonly text: string }
  | { readonly kind: "plug"; readonly device: NativeDevice }
  | { readonly kind: "known"; readonly device: NativeDevice }
  | { readonly kind: "unplug"; readonly id: number };

/**
 * What native/*_exports.cc export. Change both sides in one commit.
 *
 * Objects are numbers; one that does not exist is a `RangeError`. `job` numbers an operation, from 2 on: it ends as a
 * completion with the id `-job`, whose status is what the C function returned. Transfers end as completions with the id
 * of their slot, a transfer status and a length. Completions with the id -1 say that there are events to take.
 */
export interface Native extends LibraryNative {
  libraryVersion(library: number): string | undefined;
  hasCapability(library: number, capability: number): boolean;

  /** `dispatcher` finds `count` triples of (id, status, length) in the array. */
  createContext(library: number, dispatcher: (count: number) => void): [context: number, triples: Int32Array];
  initContext(context: number, job: number, logLevel: number, log: boolean): void;
  /** Result: {@link NativeListing}. */
  listDevices(context: number, job: number): void;
  /** Result: {@link NativeDevice}, or nothing for a root hub. */
  parentOf(context: number, job: number, device: number): void;
  /** Result: bytes of one configuration, put together from libusb's structs. */
  configurationOf(context: number, job: number, device: number, index: number): void;
  startWatch(context: number, job: number): void;
  stopWatch(context: number, job: number): void;
  takeResult(context: number, job: number): NativeListing | NativeDevice | Uint8Array | undefined;
  takeEvents(context: number): NativeEvent[];
  exitContext(context: number, job: number): void;
  freeContext(context: number): void;

  /** Gives the handle's number; it is open when the job has ended with 0. */
  openDevice(context: number, job: number, device: number, autoDetach: boolean): number;
  /** As openDevice. Result: {@link NativeDevice}. */
  wrapSysDevice(context: number, job: number, fd: number): number;
  /** The job's status is the value. */
  getConfiguration(handle: number, job: number): void;
  setConfiguration(handle: number, job: number, value: number): void;
  claimInterface(handle: number, job: number, number: number): void;
  releaseInterface(handle: number, job: number, number: number): void;
  setInterfaceAltSetting(handle: number, job: number, number: number, setting: number): void;
  clearHalt(handle: number, job: number, endpoint: number): void;
  /** The job's status is how many there are. */
  allocStreams(handle: number, job: number, count: number, endpoints: Uint8Array): void;
  freeStreams(handle: number, job: number, endpoints: Uint8Array): void;
  resetDevice(handle: number, job: number): void;
  kernelDriverActive(handle: number, job: number, number: number): void;
  detachKernelDriver(handle: number, job: number, number: number): void;
  attachKernelDriver(handle: number, job: number, number: number): void;
  /** From here on nothing is submitted on it. */
  beginClose(handle: number): void;
  closeHandle(handle: number, job: number): void;
  freeHandle(handle: number): void;

  /** `undefined` if there is no memory. The views are permanent. */
  createSlot(
    context: number,
    capacity: number,
    packets: number,
  ): [slot: number, bytes: Uint8Array, packets: Int32Array] | undefined;
  freeSlot(slot: number): void;
  submit(
    handle: number,
    slot: number,
    endpoint: number,
    type: number,
    length: number,
    timeout: number,
    zeroPacket: boolean,
    /** Isochronous packets; for a bulk stream its id. */
    packets: number,
  ): number;
  cancel(slot: number): number;

  /** Gives what libusb says if not even one transfer could be submitted. The views are permanent. */
  openStream(
    handle: number,
    endpoint: number,
    type: number,
    transferSize: number,
    transfers: number,
    bufferSize: number,
    lends: boolean,
    packetLengths: Int32Array | undefined,
  ): [stream: number, bytes: Uint8Array, table: Int32Array, entries: number, buffers: number] | number;
  /** Outwards: what lies in that buffer is sent next. The buffer is published when it may be used again. */
  pushToStream(stream: number, buffer: number, length: number): void;
  /** Ends when more than `seen` entries are published, or at the end of the stream. */
  waitForStream(stream: number, job: number, seen: number): void;
  /** After entries were given back while transfers were parked. */
  resumeStream(stream: number): void;
  streamCounters(
    stream: number,
  ): [
    bytes: number,
    transfers: number,
    starved: number,
    inFlight: number,
    buffered: number,
    seconds: number,
    packets: number,
    missed: number,
  ];
  /** Ends when nothing is in flight any more. */
  closeStream(stream: number, job: number): void;
  loseStream(stream: number): void;
  freeStream(stream: number): void;
}
