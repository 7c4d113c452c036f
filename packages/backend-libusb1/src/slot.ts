import type { Context } from "./context.js";

/** The transfer that a slot works for. */
export interface SlotUser {
  /** `status` is libusb's transfer status; `length` is that of the data, without a setup packet. */
  settle(status: number, length: number): void;
}

/** A transfer of libusb with its memory, used again and again. */
export class Slot {
  /** The addon's number of it. */
  readonly id: number;
  /** All of the memory: permanent, and never given to users. */
  readonly bytes: Uint8Array;
  /** (length, actual length, status) of each isochronous packet. */
  readonly packets: Int32Array;
  /** Which free list it belongs to; -1: none. */
  readonly list: number;
  /** Whom the completion is for; `undefined` while the slot is free. */
  user: SlotUser | undefined;

  constructor(id: number, bytes: Uint8Array, packets: Int32Array, list: number) {
    this.id = id;
    this.bytes = bytes;
    this.packets = packets;
    this.list = list;
  }

  complete(status: number, length: number): void {
    this.user?.settle(status, length);
  }
}

/** Above this a slot is made to measure and freed after use. */
const MOST_POOLED = 1 << 20;
/** Bytes that may wait in free lists; what comes back beyond that is freed. */
const MOST_IDLE = 16 << 20;
/** Smallest memory of a slot: a setup packet and most descriptors fit. */
const SMALLEST = 64;

/**
 * The slots of a context. Free ones wait in lists by size, a power of two, and by packets, another one; the one that
 * came back last is used first, while its memory is in the processor's cache.
 */
export class SlotPool {
  readonly #context: Context;
  readonly #free: Slot[][] = [];
  #idle = 0;

  constructor(context: Context) {
    this.#context = context;
  }

  /** Gives a slot with room for that much; `undefined` if there is no memory. */
  take(size: number, packets: number): Slot | undefined {
    if (size > MOST_POOLED) return this.#make(size, packets, -1);
    const sizeLog = size <= SMALLEST ? 6 : 32 - Math.clz32(size - 1);
    const packetsLog = packets === 0 ? 0 : 33 - Math.clz32(packets - 1);
    const list = sizeLog * 32 + packetsLog;
    const slot = this.#free[list]?.pop();
    if (slot === undefined) return this.#make(1 << sizeLog, packets === 0 ? 0 : 1 << (packetsLog - 1), list);
    this.#idle -= slot.bytes.length;
    return slot;
  }

  /** Takes a slot back whose completion has been seen, or whose submission failed. */
  give(slot: Slot): void {
    slot.user = undefined;
    if (slot.list < 0 || this.#idle + slot.bytes.length > MOST_IDLE) {
      this.drop(slot);
      return;
    }
    this.#idle += slot.bytes.length;
    let free = this.#free[slot.list];
    if (free === undefined) {
      free = [];
      this.#free[slot.list] = free;
    }
    free.push(slot);
  }

  /** Gives a slot up: one that is too much, or one that libusb never gave back. */
  drop(slot: Slot): void {
    slot.user = undefined;
    this.#context.slots.delete(slot.id);
    this.#context.native.freeSlot(slot.id);
  }

  #make(size: number, packets: number, list: number): Slot | undefined {
    const made = this.#context.native.createSlot(this.#context.id, size, packets);
    if (made === undefined) return undefined;
    const slot = new Slot(made[0], made[1], made[2], list);
    this.#context.slots.set(slot.id, slot);
    return slot;
  }
}
