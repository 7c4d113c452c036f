import type { DeviceListing, LibraryNative } from "@tsusb/addon-kit";

/** A device as OpenUSB and the system describe it without opening it. */
export interface NativeDevice {
  /** Never used again in its context. */
  readonly id: number;
  /** 0 if that is not certain, as is the address. */
  readonly bus: number;
  readonly address: number;
  /** The device's own descriptors, all of them; none if OpenUSB has none. */
  readonly raw: Uint8Array;
  /** Folder in sysfs; empty if there is none, or if it is not certain. */
  readonly sysfs: string;
}

/** What listDevices gives. */
export type NativeListing = DeviceListing<NativeDevice>;

/** Something that happened without being asked for. */
export type NativeEvent =
  | { readonly kind: "log"; readonly text: string }
  | { readonly kind: "plug"; readonly device: NativeDevice }
  | { readonly kind: "known"; readonly device: NativeDevice }
  | { readonly kind: "unplug"; readonly id: number };

/** As a status's summand: OpenUSB still has the transfer and may write into its slot. Source: native/transfer.h. */
export const LOST = -1000;
/** As a status's summand: OpenUSB never took the transfer. Source: native/transfer.h. */
export const REFUSED = -2000;

/**
 * What native/*_exports.cc export. Change both sides in one commit.
 *
 * Objects are numbers; one that does not exist is a `RangeError`. `job` numbers an operation, from 2 on: it ends as a
 * completion with the id `-job`, whose status is what the C function returned. Transfers end as completions with the id
 * of their slot, a status and a length: OpenUSB's status, plus {@link LOST} or {@link REFUSED} where that is so.
 * Completions with the id -1 say that there are events to take.
 */
export interface Native extends LibraryNative {
  /** `dispatcher` finds `count` triples of (id, status, length) in the array. */
  createContext(library: number, dispatcher: (count: number) => void): [context: number, triples: Int32Array];
  initContext(context: number, job: number, logLevel: number, log: boolean): void;
  /** Result: {@link NativeListing}. */
  listDevices(context: number, job: number): void;
  startWatch(context: number, job: number): void;
  stopWatch(context: number, job: number): void;
  takeResult(context: number, job: number): NativeListing | undefined;
  takeEvents(context: number): NativeEvent[];
  exitContext(context: number, job: number): void;
  freeContext(context: number): void;

  /** Gives the handle's number; it is open when the job has ended with 0. */
  openDevice(context: number, job: number, device: number): number;
  setConfiguration(handle: number, job: number, value: number): void;
  /** Busy if anybody holds an interface of the device. */
  checkUnused(handle: number, job: number): void;
  /** `configuration` is the value of the active one. */
  claimInterface(handle: number, job: number, number: number, configuration: number): void;
  releaseInterface(handle: number, job: number, number: number): void;
  setInterfaceAltSetting(handle: number, job: number, number: number, setting: number): void;
  resetDevice(handle: number, job: number): void;
  /** From here on nothing is submitted on it. */
  beginClose(handle: number): void;
  closeHandle(handle: number, job: number): void;
  freeHandle(handle: number): void;

  /** `undefined` if there is no memory. The views are permanent. */
  createSlot(
    capacity: number,
    packets: number,
  ): [slot: number, bytes: Uint8Array, packets: Int32Array] | undefined;
  freeSlot(slot: number): void;
  submit(
    handle: number,
    slot: number,
    endpoint: number,
    interfaceNumber: number,
    type: number,
    length: number,
    timeout: number,
    zeroPacket: boolean,
    packets: number,
  ): void;
  cancel(handle: number, slot: number): void;
}
