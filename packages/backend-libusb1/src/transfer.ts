import type {
  IsoPacket,
  Submission,
  TransferRequest,
  TransferResult,
  TransferType,
} from "@tsusb/core/backend";
import * as libusb from "./constants.js";
import { type Outcome, outcomeOf } from "./errors.js";
import type { LibUsb1Handle } from "./handle.js";
import type { Slot, SlotPool, SlotUser } from "./slot.js";

/** Bytes of a setup packet, which stand before the data of a control transfer (USB 2.0 §9.3). */
const SETUP_SIZE = 8;

const TYPES: Readonly<Record<TransferType, number>> = {
  control: libusb.LIBUSB_TRANSFER_TYPE_CONTROL,
  isochronous: libusb.LIBUSB_TRANSFER_TYPE_ISOCHRONOUS,
  bulk: libusb.LIBUSB_TRANSFER_TYPE_BULK,
  interrupt: libusb.LIBUSB_TRANSFER_TYPE_INTERRUPT,
};

/** One transfer in flight: writes its bytes into a slot, and makes its result out of one. */
export class Transfer implements Submission, SlotUser {
  readonly done: Promise<TransferResult>;
  #resolve: ((result: TransferResult) => void) | undefined;
  #reject: ((error: unknown) => void) | undefined;
  readonly #handle: LibUsb1Handle;
  readonly #request: TransferRequest;
  readonly #pool: SlotPool;
  #slot: Slot | undefined;

  constructor(handle: LibUsb1Handle, request: TransferRequest, slot: Slot, pool: SlotPool) {
    this.#handle = handle;
    this.#request = request;
    this.#slot = slot;
    this.#pool = pool;
    this.done = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
  }

  /** Hands it to libusb. A negative status means that nothing was submitted, as does an exception; the slot is free again then. */
  start(slot: Slot): number {
    let status = -1;
    try {
      status = this.#submit(slot);
    } finally {
      if (status < 0) this.#pool.give(slot);
    }
    if (status >= 0) this.#handle.began(this);
    return status;
  }

  #submit(slot: Slot): number {
    const request = this.#request;
    const { setup, data, packetLengths } = request;
    const offset = setup === undefined ? 0 : SETUP_SIZE;
    if (setup !== undefined) writeSetup(slot.bytes, setup);
    if (data !== undefined) slot.bytes.set(data, offset);
    if (packetLengths !== undefined) writePackets(slot.packets, packetLengths);
    slot.user = this;
    return this.#handle.native.submit(
      this.#handle.id,
      slot.id,
      request.endpoint,
      TYPES[request.type],
      offset + bytesOf(request),
      request.timeout,
      request.zeroPacket === true,
      packetLengths === undefined ? 0 : packetLengths.length,
    );
  }

  cancel(): void {
    // A failure means that it has just ended: its completion is on the way.
    if (this.#slot !== undefined) this.#handle.native.cancel(this.#slot.id);
  }

  settle(status: number, length: number): void {
    const slot = this.#slot;
    if (slot === undefined) return;
    try {
      const outcome = outcomeOf(status);
      const { packetLengths } = this.#request;
      this.#resolve?.(
        packetLengths === undefined
          ? this.#result(slot, outcome, length)
          : this.#isochronousResult(slot, outcome, packetLengths),
      );
    } catch (error) {
      // No memory for the result, or a buffer whose set() throws. Neither may touch other transfers.
      this.#reject?.(error);
    }
    this.#slot = undefined;
    this.#pool.give(slot);
    this.#handle.ended(this);
  }

  /** Settles a transfer that libusb does not give back in spite of its cancellation. */
  abandon(): void {
    const slot = this.#slot;
    if (slot === undefined) return;
    this.#slot = undefined;
    this.#pool.drop(slot);
    this.#handle.ended(this);
    this.#resolve?.({ ...outcomeOf(libusb.LIBUSB_TRANSFER_CANCELLED), length: 0 });
  }

  #result(slot: Slot, outcome: Outcome, length: number): TransferResult {
    const { status, backendErrorCode } = outcome;
    const offset = this.#request.setup === undefined ? 0 : SETUP_SIZE;
    const data = isIn(this.#request) ? this.#deliver(slot.bytes, offset, length) : undefined;
    // One literal for each of the common shapes: cheaper than spreading, and the fields stay in place.
    if (backendErrorCode === undefined)
      return data === undefined ? { status, length } : { status, length, data };
    return data === undefined
      ? { status, length, backendErrorCode }
      : { status, length, data, backendErrorCode };
  }

  /** Copies what arrived into the caller's buffer; gives it as an array where there is none, or none any more. */
  #deliver(bytes: Uint8Array, offset: number, length: number): Uint8Array | undefined {
    const { into } = this.#request;
    // A detached buffer has no bytes left, and a shrunken one too few.
    if (into === undefined || into.length < length) return bytes.slice(offset, offset + length);
    into.set(offset === 0 && length === bytes.length ? bytes : bytes.subarray(offset, offset + length));
    return undefined;
  }

  #isochronousResult(slot: Slot, outcome: Outcome, packetLengths: readonly number[]): TransferResult {
    const packets: IsoPacket[] = [];
    let offset = 0;
    let length = 0;
    packetLengths.forEach((packetLength, index) => {
      const actual = slot.packets[index * 3 + 1] ?? 0;
      const { status } = outcomeOf(slot.packets[index * 3 + 2] ?? libusb.LIBUSB_TRANSFER_ERROR);
      packets.push({ status, offset, length: actual });
      length += actual;
      offset += packetLength;
    });
    const data = isIn(this.#request) ? this.#deliverPackets(slot.bytes, packets, offset) : undefined;
    return { ...outcome, length, packets, ...(data === undefined ? {} : { data }) };
  }

  /** As #deliver(), packet by packet: the holes behind short ones stay as the caller had them. */
  #deliverPackets(bytes: Uint8Array, packets: readonly IsoPacket[], total: number): Uint8Array | undefined {
    const { into } = this.#request;
    const target = into === undefined || into.length < total ? new Uint8Array(total) : into;
    for (const { offset, length } of packets) {
      if (length > 0) target.set(bytes.subarray(offset, offset + length), offset);
    }
    return target === into ? undefined : target;
  }
}

/** Bytes of a slot that a request needs. */
export function slotSize(request: TransferRequest): number {
  return bytesOf(request) + (request.setup === undefined ? 0 : SETUP_SIZE);
}

function bytesOf({ setup, into, data, length }: TransferRequest): number {
  return setup === undefined ? (into?.length ?? data?.length ?? length ?? 0) : setup.wLength;
}

function isIn({ setup, endpoint }: TransferRequest): boolean {
  return ((setup === undefined ? endpoint : setup.bmRequestType) & libusb.LIBUSB_ENDPOINT_IN) !== 0;
}

function writeSetup(bytes: Uint8Array, setup: NonNullable<TransferRequest["setup"]>): void {
  bytes[0] = setup.bmRequestType;
  bytes[1] = setup.bRequest;
  bytes[2] = setup.wValue & 0xff;
  bytes[3] = setup.wValue >> 8;
  bytes[4] = setup.wIndex & 0xff;
  bytes[5] = setup.wIndex >> 8;
  bytes[6] = setup.wLength & 0xff;
  bytes[7] = setup.wLength >> 8;
}

function writePackets(table: Int32Array, packetLengths: readonly number[]): void {
  packetLengths.forEach((length, index) => {
    table[index * 3] = length;
    // What libusb does not fill in when a transfer fails as a whole must not be the last one's.
    table[index * 3 + 1] = 0;
    table[index * 3 + 2] = libusb.LIBUSB_TRANSFER_ERROR;
  });
}
