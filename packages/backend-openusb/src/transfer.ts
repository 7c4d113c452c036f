import {
  dataSize,
  type InFlightTransfer,
  isIn,
  resultOf,
  SETUP_SIZE,
  type Slot,
  type SlotPool,
  type SlotUser,
  writePackets,
  writeSetup,
} from "@tsusb/addon-kit";
import type { Submission, TransferRequest, TransferResult, TransferType } from "@tsusb/core/backend";
import * as openusb from "./constants.js";
import { missing, outcomeOf } from "./errors.js";
import type { OpenUsbHandle } from "./handle.js";
import { LOST, REFUSED } from "./native.js";

const TYPES: Readonly<Record<TransferType, number>> = {
  control: openusb.USB_TYPE_CONTROL,
  isochronous: openusb.USB_TYPE_ISOCHRONOUS,
  bulk: openusb.USB_TYPE_BULK,
  interrupt: openusb.USB_TYPE_INTERRUPT,
};

/** What a packet has that OpenUSB never tells of. */
const UNTOLD = openusb.OPENUSB_PLATFORM_FAILURE;

/** One transfer in flight: writes its bytes into a slot, and makes its result out of one. */
export class Transfer implements Submission, SlotUser, InFlightTransfer {
  inFlightAt = -1;
  readonly done: Promise<TransferResult>;
  #resolve: ((result: TransferResult) => void) | undefined;
  #reject: ((error: unknown) => void) | undefined;
  readonly #handle: OpenUsbHandle;
  readonly #request: TransferRequest;
  readonly #pool: SlotPool;
  #slot: Slot | undefined;

  constructor(handle: OpenUsbHandle, request: TransferRequest, slot: Slot, pool: SlotPool) {
    this.#handle = handle;
    this.#request = request;
    this.#slot = slot;
    this.#pool = pool;
    this.done = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
  }

  /** Hands it to the addon. An exception means that nothing was submitted; the slot is free again then. */
  start(slot: Slot): void {
    try {
      this.#submit(slot);
    } catch (error) {
      this.#slot = undefined;
      this.#pool.give(slot);
      throw error;
    }
    this.#handle.inFlight.add(this);
  }

  #submit(slot: Slot): void {
    const request = this.#request;
    const { setup, data, packetLengths, endpoint } = request;
    const place = setup === undefined ? this.#handle.endpoint(endpoint) : undefined;
    if (setup === undefined && place === undefined)
      throw missing(`endpoint 0x${endpoint.toString(16)} in what is claimed and selected`);
    const offset = setup === undefined ? 0 : SETUP_SIZE;
    if (setup !== undefined) writeSetup(slot.bytes, setup);
    if (data !== undefined) slot.bytes.set(data, offset);
    if (packetLengths !== undefined) writePackets(slot.packets, packetLengths, UNTOLD);
    const size = dataSize(request);
    const endsOnBoundary = size > 0 && size % (place?.packetSize || 1) === 0;
    slot.user = this;
    this.#handle.native.submit(
      this.#handle.id,
      slot.id,
      endpoint,
      place?.interfaceNumber ?? 0,
      TYPES[request.type],
      offset + size,
      request.timeout,
      request.zeroPacket === true && endsOnBoundary && !isIn(request),
      packetLengths === undefined ? 0 : packetLengths.length,
    );
  }

  cancel(): void {
    // If it has just ended, its completion is on the way.
    if (this.#slot !== undefined) this.#handle.native.cancel(this.#handle.id, this.#slot.id);
  }

  settle(status: number, length: number): void {
    const slot = this.#slot;
    if (slot === undefined) return;
    if (status <= REFUSED) {
      this.#refuse(slot, status - REFUSED);
      return;
    }
    const isLost = status <= LOST;
    try {
      this.#resolve?.(resultOf(slot, this.#request, isLost ? status - LOST : status, length, outcomeOf));
    } catch (error) {
      // No memory for the result, or a buffer whose set() throws. Neither may touch other transfers.
      this.#reject?.(error);
    }
    this.#slot = undefined;
    if (isLost) this.#pool.drop(slot);
    else this.#pool.give(slot);
    this.#handle.inFlight.delete(this);
  }

  #refuse(slot: Slot, status: number): void {
    this.#slot = undefined;
    this.#pool.give(slot);
    this.#handle.inFlight.delete(this);
    this.#handle.explain("openusb_xfer_aio", status).then(this.#reject, this.#reject);
  }

  /** Settles a transfer that nobody gives back in spite of its cancellation. */
  abandon(): void {
    const slot = this.#slot;
    if (slot === undefined) return;
    this.#slot = undefined;
    this.#pool.drop(slot);
    this.#handle.inFlight.delete(this);
    this.#resolve?.({ ...outcomeOf(openusb.OPENUSB_IO_CANCELED), length: 0 });
  }
}
