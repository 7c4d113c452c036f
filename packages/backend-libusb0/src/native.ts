import type { DeviceListing, LibraryNative } from "@tsusb/addon-kit";

/** A device as libusb and the system describe it without opening it. */
export interface NativeDevice {
  /** Never used again in its context. */
  readonly id: number;
  readonly bus: number;
  /** 0 if the library does not tell. */
  readonly address: number;
  /** As the three below: only where the system keeps it. */
  readonly speed: number | undefined;
  readonly ports: Uint8Array | undefined;
  /** 18 bytes. */
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

/**
 * What native/*_exports.cc export. Change both sides in one commit.
 *
 * Objects are numbers; one that does not exist is a `RangeError`. `job` numbers an operation, from 2 on: it ends as a
 * completion with the id `-job`, whose status is what the C function returned: 0 and more, or a negative errno.
 * Transfers end as completions with the id of their slot, 0 or a negative errno, and a length.
 */
export interface Native extends LibraryNative {
  /** Only libusb-win32 tells. */
  libraryVersion(library: number): string | undefined;
  /** 0 the original, 1 the compatibility layer, 2 libusb-win32. */
  implementation(library: number): number;
  /** Whether it has libusb-win32's asynchronous calls. */
  hasAsync(library: number): boolean;

  /** `dispatcher` finds `count` triples of (id, status, length) in the array. */
  createContext(library: number, dispatcher: (count: number) => void): [context: number, triples: Int32Array];
  /** The status is 1 if sysfs has a folder for every device that libusb lists, else 0. */
  initContext(context: number, job: number, logLevel: number): void;
  /** Result: {@link NativeListing}. */
  listDevices(context: number, job: number): void;
  /** Result: bytes of one configuration, put together from libusb's structs. */
  configurationOf(context: number, job: number, device: number, index: number): void;
  takeResult(context: number, job: number): NativeListing | Uint8Array | string | undefined;
  exitContext(context: number, job: number): void;
  freeContext(context: number): void;

  /** Gives the handle's number; it is open when the job has ended with 0. */
  openDevice(context: number, job: number, device: number): number;
  /** The job's status is the value. */
  getConfiguration(handle: number, job: number): void;
  /** 0 unconfigures. */
  setConfiguration(handle: number, job: number, value: number): void;
  claimInterface(handle: number, job: number, number: number): void;
  releaseInterface(handle: number, job: number, number: number): void;
  setInterfaceAltSetting(handle: number, job: number, number: number, setting: number): void;
  clearHalt(handle: number, job: number, endpoint: number): void;
  resetDevice(handle: number, job: number): void;
  /** Result: the name of the system's driver. Only where the library has `usb_get_driver_np`. */
  driverOf(handle: number, job: number, number: number): void;
  detachDriver(handle: number, job: number, number: number): void;
  /** From here on nothing is submitted on it; what is in flight is cancelled. */
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
  /** `interfaceNumber` is -1 and `packetSize` 0 if they are not known. */
  submit(
    handle: number,
    slot: number,
    endpoint: number,
    type: number,
    length: number,
    timeout: number,
    zeroPacket: boolean,
    packets: number,
    interfaceNumber: number,
    packetSize: number,
  ): number;
  /** `false` if it is not in flight. */
  cancel(slot: number): boolean;
}
