import type { PacketBytes } from "@tsusb/addon-kit";
import { type BackendStream, type StreamRequest, type StreamStats, USBError } from "@tsusb/core/backend";
import type { LibUsb1Handle } from "./handle.js";
import { NativeStream } from "./native-stream.js";
import type { StreamEntry } from "./stream-memory.js";

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
  /** Up to where entries are taken before the next wait. */
  #visible = 0;
  #isReading = false;
  #isLent = false;
  /** What had arrived when it ended. */
  #rest: Uint8Array[] | undefined;
  #error: USBError | undefined;
  #closing: Promise<void> | undefined;

  /** Starts it. @throws {@link USBError} what libusb says if nothing could be submitted. */
  constructor(handle: LibUsb1Handle, request: StreamRequest) {
    this.#native = new NativeStream(handle, request);
    this.#handle = handle;
    this.#request = request;
    handle.streams.add(this);
  }

  async read(): Promise<Uint8Array | undefined> {
    if (this.#isReading) throw busy(this.#request.endpoint);
    for (;;) {
      if (this.#isLent) this.#giveBack();
      if (this.#rest === undefined && this.#native.memory.consumed === this.#visible) {
        this.#isReading = true;
        try {
          await this.#native.wait();
        } finally {
          this.#isReading = false;
        }
        this.#look();
      }
      if (this.#rest !== undefined) return this.#lastWords(this.#rest);
      const chunk = this.#take();
      // An isochronous transfer without a byte is no message.
      if (chunk !== undefined) return chunk;
    }
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
    const chunk = this.#chunkOf(this.#native.memory.next());
    if (this.#request.borrow === true && chunk !== undefined) this.#isLent = true;
    else this.#giveBack();
    return chunk;
  }

  #giveBack(): void {
    this.#isLent = false;
    this.#native.giveBack();
  }

  /** The bytes of an entry, as the request wants them. */
  #chunkOf(entry: StreamEntry): Uint8Array | undefined {
    const { memory } = this.#native;
    const { offset, length } = entry;
    if (this.#request.packetLengths !== undefined)
      return length === 0 ? undefined : compact(memory.bytes, memory.packetsOf(entry), length);
    return this.#request.borrow === true
      ? memory.bytes.subarray(offset, offset + length)
      : memory.bytes.slice(offset, offset + length);
  }

  /** Copies what nobody has taken and frees the memory; nothing is in flight any more. */
  #keepRest(): void {
    if (this.#rest !== undefined) return;
    const { memory } = this.#native;
    if (this.#isLent) this.#giveBack();
    const rest: Uint8Array[] = [];
    for (; memory.consumed !== memory.published; memory.consume()) {
      const chunk = this.#chunkOf(memory.next());
      if (chunk !== undefined) rest.push(this.#request.borrow === true ? chunk.slice() : chunk);
    }
    this.#rest = rest;
    this.#error = this.#native.error();
    this.#native.free();
    this.#handle.streams.delete(this);
  }

  /** What had arrived before the end, then the error that ended it, once. */
  #lastWords(rest: Uint8Array[]): Uint8Array | undefined {
    const chunk = rest.shift();
    if (chunk !== undefined) return chunk;
    const error = this.#error;
    this.#error = undefined;
    if (error !== undefined) throw error;
    return undefined;
  }
}

/** One array with the bytes of all packets, without the holes behind short ones. */
function compact(bytes: Uint8Array, packets: readonly PacketBytes[], length: number): Uint8Array {
  const chunk = new Uint8Array(length);
  let at = 0;
  for (const packet of packets) {
    chunk.set(bytes.subarray(packet.offset, packet.offset + packet.length), at);
    at += packet.length;
  }
  return chunk;
}

function busy(endpoint: number): USBError {
  const address = `0x${endpoint.toString(16).padStart(2, "0")}`;
  return new USBError(`read ${address}: another read of this stream is waiting`, {
    code: "EBUSY",
    backend: "libusb1",
  });
}
