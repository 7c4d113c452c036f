import {
  dataSize,
  type InFlightTransfer,
  resultOf,
  SETUP_SIZE,
  type Slot,
  type SlotPool,
  type SlotUser,
  writePackets,
  writeSetup,
} from "@tsusb/addon-kit";
import type { Submission, TransferRequest, TransferResult, TransferType } from "@tsusb/core/backend";
import * as libusb from "./constants.js";
import { outcomeOf } from "./errors.js";
import type { LibUsb1Handle } from "./handle.js";

/** Numbers of the types of transfer. */
export const TYPES: Readonly<Record<TransferType, number>> = {
  control: libusb.LIBUSB_TRANSFER_TYPE_CONTROL,
  isochronous: libusb.LIBUSB_TRANSFER_TYPE_ISOCHRONOUS,
  bulk: libusb.LIBUSB_TRANSFER_TYPE_BULK,
  interrupt: libusb.LIBUSB_TRANSFER_TYPE_INTERRUPT,
};

/** One transfer in flight: writes its bytes into a slot, and makes its result out of one. */
export class Transfer implements Submission, SlotUser, InFlightTransfer {
  inFlightAt = -1;
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
    if (status >= 0) this.#handle.inFlight.add(this);
    return status;
  }

  #submit(slot: Slot): number {
    const request = this.#request;
    const { setup, data, packetLengths, streamId } = request;
    const offset = setup === undefined ? 0 : SETUP_SIZE;
    if (setup !== undefined) writeSetup(slot.bytes, setup);
    if (data !== undefined) slot.bytes.set(data, offset);
    if (packetLengths !== undefined) writePackets(slot.packets, packetLengths, libusb.LIBUSB_TRANSFER_ERROR);
    slot.user = this;
    return this.#handle.native.submit(
      this.#handle.id,
      slot.id,
      request.endpoint,
      streamId === undefined ? TYPES[request.type] : libusb.LIBUSB_TRANSFER_TYPE_BULK_STREAM,
      offset + dataSize(request),
      request.timeout,
      request.zeroPacket === true,
      streamId ?? packetLengths?.length ?? 0,
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
      this.#resolve?.(resultOf(slot, this.#request, status, length, outcomeOf));
    } catch (error) {
      // No memory for the result, or a buffer whose set() throws. Neither may touch other transfers.
      this.#reject?.(error);
    }
    this.#slot = undefined;
    this.#pool.give(slot);
    this.#handle.inFlight.delete(this);
  }

  /** Settles a transfer that libusb does not give back in spite of its cancellation. */
  abandon(): void {
    const slot = this.#slot;
    if (slot === undefined) return;
    this.#slot = undefined;
    this.#pool.drop(slot);
    this.#handle.inFlight.delete(this);
    this.#resolve?.({ ...outcomeOf(libusb.LIBUSB_TRANSFER_CANCELLED), length: 0 });
  }
}
