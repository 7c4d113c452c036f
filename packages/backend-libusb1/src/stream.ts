import {
  type BackendStream,
  type StreamPackets,
  type StreamRequest,
  type StreamStats,
  USBError,
} from "@tsusb/core/backend";
import type { LibUsb1Handle } from "./handle.js";
import { NativeStream } from "./native-stream.js";
import type { StreamEntry } from "./stream-memory.js";
import { copyPackets, joinPackets } from "./stream-packets.js";

/** Chunks that are taken in one turn of the event loop: a consumer that never waits would stop timers and sockets. */
const MOST_IN_ONE_TURN = 512;

/**
 * A continuous read whose transfers are submitted again on libusb's event thread.
 *
 * Chunks wait in memory that both threads see. JS learns how many there are when it waits, takes that many without a
 * call, and then waits again: the event loop turns in between.
 */
export class LibUsb1Stream implements BackendStream {
  readonly #native: NativeStream;
  readonly #handle: LibUsb1Handle;
  readonly #request: StreamRequest;
  /** Absent for packets, whose bytes have to be put together. */
  readonly readInto?: (into: Uint8Array) => Promise<number | undefined>;
  /** Of isochronous endpoints only. */
  readonly readPackets?: () => Promise<StreamPackets | undefined>;
  /** Up to where entries are taken before the next wait. */
  #visible = 0;
  /** Bytes of the next entry that were taken already. */
  #taken = 0;
  #isReading = false;
  #isLent = false;
  /** What had arrived when it ended. */
  #rest: (Uint8Array | StreamPackets)[] | undefined;
  #error: USBError | undefined;
  #closing: Promise<void> | undefined;

  /** Starts it. @throws {@link USBError} what libusb says if nothing could be submitted. */
  constructor(handle: LibUsb1Handle, request: StreamRequest) {
    this.#native = new NativeStream(handle, request);
    this.#handle = handle;
    this.#request = request;
    if (request.packetLengths === undefined) this.readInto = (into) => this.#fill(into);
    else this.readPackets = () => this.#nextPackets();
    handle.streams.add(this);
  }

  async read(): Promise<Uint8Array | undefined> {
    for (;;) {
      if (this.#mustWait()) await this.#arrival();
      if (this.#rest !== undefined) return this.#lastWords(this.#rest);
      const chunk = this.#take();
      if (chunk !== undefined) return chunk;
    }
  }

  async #nextPackets(): Promise<StreamPackets | undefined> {
    if (this.#mustWait()) await this.#arrival();
    if (this.#rest === undefined) return this.#takePackets();
    const packets = this.#shift(this.#rest);
    return packets instanceof Uint8Array ? undefined : packets;
  }

  async #fill(into: Uint8Array): Promise<number | undefined> {
    if (this.#mustWait()) await this.#arrival();
    if (this.#rest !== undefined) return this.#fillFromRest(this.#rest, into);
    const { memory } = this.#native;
    const { offset, length } = this.#nextBytes();
    const count = Math.min(length, into.length);
    // A buffer that was detached meanwhile takes nothing, and must not throw.
    if (count > 0) into.set(memory.bytes.subarray(offset, offset + count));
    if (count < length) this.#taken += count;
    else this.#giveBack();
    return count;
  }

  #fillFromRest(rest: (Uint8Array | StreamPackets)[], into: Uint8Array): number | undefined {
    const chunk = this.#lastWords(rest);
    if (chunk === undefined) return undefined;
    const count = Math.min(chunk.length, into.length);
    if (count > 0) into.set(chunk.subarray(0, count));
    if (count < chunk.length) rest.unshift(chunk.subarray(count));
    return count;
  }

  /** Whether nothing can be taken before something comes. Gives back what was lent. */
  #mustWait(): boolean {
    if (this.#isReading) throw busy(this.#request.endpoint);
    if (this.#isLent) this.#giveBack();
    return this.#rest === undefined && this.#native.memory.consumed === this.#visible;
  }

  async #arrival(): Promise<void> {
    this.#isReading = true;
    try {
      await this.#native.wait();
    } finally {
      this.#isReading = false;
    }
    this.#look();
  }

  stats(): StreamStats {
    return this.#native.stats();
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    await this.#native.close();
    // A reader that waits has been told of the end, and does it itself.
    if (!this.#isReading) this.#keepRest();
  }

  /** Sees what has come; at the end, takes what is left. */
  #look(): void {
    if (this.#rest !== undefined) return;
    const { memory, isClosed } = this.#native;
    const waiting = (memory.published - memory.consumed) | 0;
    this.#visible = (memory.consumed + Math.min(waiting, MOST_IN_ONE_TURN)) | 0;
    if (isClosed || waiting === 0) this.#keepRest();
  }

  #take(): Uint8Array | undefined {
    const chunk = this.#chunkOf(this.#nextBytes());
    if (this.#request.borrow === true && chunk !== undefined) this.#isLent = true;
    else this.#giveBack();
    return chunk;
  }

  #takePackets(): StreamPackets {
    const packets = this.#packetsOf(this.#native.memory.next());
    if (this.#request.borrow === true) {
      this.#isLent = true;
      return packets;
    }
    const copy = copyPackets(packets.data, packets.packets);
    this.#giveBack();
    return copy;
  }

  /** The packets of an entry, with their bytes where they are in the memory. */
  #packetsOf(entry: StreamEntry): StreamPackets {
    const { memory } = this.#native;
    const data = memory.bytes.subarray(entry.offset, entry.offset + this.#request.transferSize);
    return { data, packets: memory.packetsOf(entry) };
  }

  #nextBytes(): StreamEntry {
    const entry = this.#native.memory.next();
    const { buffer, offset, length } = entry;
    if (this.#taken === 0) return entry;
    return { buffer, offset: offset + this.#taken, length: length - this.#taken };
  }

  #giveBack(): void {
    this.#isLent = false;
    this.#taken = 0;
    this.#native.giveBack();
  }

  /** The bytes of an entry, as the request wants them. */
  #chunkOf(entry: StreamEntry): Uint8Array | undefined {
    const { memory } = this.#native;
    const { offset, length } = entry;
    if (this.#request.packetLengths !== undefined) return joinPackets(this.#packetsOf(entry));
    return this.#request.borrow === true
      ? memory.bytes.subarray(offset, offset + length)
      : memory.bytes.slice(offset, offset + length);
  }

  /** Copies what nobody has taken and frees the memory; nothing is in flight any more. */
  #keepRest(): void {
    if (this.#rest !== undefined) return;
    const { memory } = this.#native;
    if (this.#isLent) this.#giveBack();
    const rest: (Uint8Array | StreamPackets)[] = [];
    for (; memory.consumed !== memory.published; memory.consume()) {
      const { offset, length } = this.#nextBytes();
      this.#taken = 0;
      if (this.#request.packetLengths === undefined) rest.push(memory.bytes.slice(offset, offset + length));
      else {
        const { data, packets } = this.#packetsOf(memory.next());
        rest.push(copyPackets(data, packets));
      }
    }
    this.#rest = rest;
    this.#error = this.#native.error();
    this.#native.free();
    this.#handle.streams.delete(this);
  }

  /** What had arrived before the end, then the error that ended it, once. */
  #lastWords(rest: (Uint8Array | StreamPackets)[]): Uint8Array | undefined {
    for (;;) {
      const last = this.#shift(rest);
      const chunk = last === undefined || last instanceof Uint8Array ? last : joinPackets(last);
      if (chunk !== undefined || last === undefined) return chunk;
    }
  }

  #shift<T>(rest: T[]): T | undefined {
    const last = rest.shift();
    if (last !== undefined) return last;
    const error = this.#error;
    this.#error = undefined;
    if (error !== undefined) throw error;
    return undefined;
  }
}

function busy(endpoint: number): USBError {
  const address = `0x${endpoint.toString(16).padStart(2, "0")}`;
  return new USBError(`read ${address}: another read of this stream is waiting`, {
    code: "EBUSY",
    backend: "libusb1",
  });
}
