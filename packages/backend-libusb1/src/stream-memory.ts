import type { IsoPacket } from "@tsusb/core/backend";
import { outcomeOf } from "./errors.js";

/** Places in the table that both sides write; `Stream::Control` in native/stream.h. */
const PUBLISHED = 0;
const CONSUMED = 1;
const PARKED = 2;
const ENDED = 3;
const STATUS = 4;
const CONTROL_SIZE = 8;
/** Integers of an entry: the buffer and the bytes in it. */
const ENTRY_SIZE = 2;

/** Where the bytes of one transfer are. */
export interface StreamEntry {
  readonly offset: number;
  readonly length: number;
  readonly buffer: number;
}

/** What the addon tells of a stream's memory, and what it was asked for. */
export interface StreamMemoryParts {
  readonly bytes: Uint8Array;
  readonly table: Int32Array;
  /** Entries of the ring, a power of two. */
  readonly entries: number;
  readonly transferSize: number;
  /** Packets of a transfer; 0 if it is not isochronous. */
  readonly packets: number;
}

/**
 * The memory of a stream, as the event thread fills it. Counters wrap at 32 bits; only their differences mean anything.
 * Those that both sides write are read and written atomically.
 */
export class StreamMemory {
  readonly bytes: Uint8Array;
  readonly #table: Int32Array;
  readonly #mask: number;
  readonly #transferSize: number;
  readonly #packets: number;
  readonly #packetsAt: number;
  #consumed = 0;

  constructor({ bytes, table, entries, transferSize, packets }: StreamMemoryParts) {
    this.bytes = bytes;
    this.#table = table;
    this.#mask = entries - 1;
    this.#transferSize = transferSize;
    this.#packets = packets;
    this.#packetsAt = Math.ceil((CONTROL_SIZE + entries * ENTRY_SIZE) / 3) * 3;
  }

  /** Entries that are published, as a counter. */
  get published(): number {
    return Atomics.load(this.#table, PUBLISHED);
  }

  /** Entries that were taken, as a counter. */
  get consumed(): number {
    return this.#consumed;
  }

  /** Whether transfers wait for room. */
  get isParked(): boolean {
    return Atomics.load(this.#table, PARKED) > 0;
  }

  /** Whether nothing will be published any more. */
  get isEnded(): boolean {
    return Atomics.load(this.#table, ENDED) !== 0;
  }

  /** What ended it: a transfer status, a negative error code of libusb's, or 0. */
  get status(): number {
    return Atomics.load(this.#table, STATUS);
  }

  /** The next entry, which must be published. */
  next(): StreamEntry {
    const at = CONTROL_SIZE + (this.#consumed & this.#mask) * ENTRY_SIZE;
    const buffer = this.#table[at] as number;
    return { buffer, offset: buffer * this.#transferSize, length: this.#table[at + 1] as number };
  }

  /** The packets of an entry, one after the other; their offsets count from the entry's. */
  packetsOf({ buffer }: StreamEntry): readonly IsoPacket[] {
    const first = this.#packetsAt + buffer * this.#packets * 3;
    const packets: IsoPacket[] = [];
    let offset = 0;
    for (let at = first; at < first + this.#packets * 3; at += 3) {
      const { status } = outcomeOf(this.#table[at + 2] as number);
      packets.push({ status, offset, length: this.#table[at + 1] as number });
      offset += this.#table[at] as number;
    }
    return packets;
  }

  /** Gives the buffer of the next entry back; its bytes are the event thread's from here on. */
  consume(): void {
    this.#consumed = (this.#consumed + 1) | 0;
    Atomics.store(this.#table, CONSUMED, this.#consumed);
  }

  /** Outwards: puts bytes into a buffer that is not in flight. */
  fill(buffer: number, data: Uint8Array): void {
    this.bytes.set(data, buffer * this.#transferSize);
  }
}
