/** The transfer that a slot works for. */
export interface SlotUser {
  /** `status` is the C library's; `length` is that of the data, without a setup packet. */
  settle(status: number, length: number): void;
}

/** A native transfer with its memory (`tsusb/transfer_memory.h`), used again and again. */
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
}

/** Makes and frees slots: the addon. */
export interface SlotSource {
  /** `undefined` if there is no memory. The views are permanent. */
  create(
    capacity: number,
    packets: number,
  ): readonly [slot: number, bytes: Uint8Array, packets: Int32Array] | undefined;
  free(slot: number): void;
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
  readonly #source: SlotSource;
  /** Every slot by its number, for completions. */
  readonly #slots = new Map<number, Slot>();
  readonly #free: Slot[][] = [];
  #idle = 0;

  constructor(source: SlotSource) {
    this.#source = source;
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

  /** Tells the user of a slot that its transfer has ended. */
  complete(id: number, status: number, length: number): void {
    this.#slots.get(id)?.user?.settle(status, length);
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

  /** Gives a slot up: one that is too much, or one that the C library never gave back. */
  drop(slot: Slot): void {
    slot.user = undefined;
    this.#slots.delete(slot.id);
    this.#source.free(slot.id);
  }

  /** Gives every slot up; none is in use. */
  clear(): void {
    for (const id of this.#slots.keys()) this.#source.free(id);
    this.#slots.clear();
    this.#free.length = 0;
    this.#idle = 0;
  }

  #make(size: number, packets: number, list: number): Slot | undefined {
    const made = this.#source.create(size, packets);
    if (made === undefined) return undefined;
    const slot = new Slot(made[0], made[1], made[2], list);
    this.#slots.set(slot.id, slot);
    return slot;
  }
}
