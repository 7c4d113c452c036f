import type { PacketBytes } from "@tsusb/addon-kit";
import {
  type BackendStream,
  type StreamRequest,
  type StreamStats,
  transferError,
  USBError,
} from "@tsusb/core/backend";
import { failure, outcomeOf } from "./errors.js";
import type { LibUsb1Handle } from "./handle.js";
import { type StreamEntry, StreamMemory } from "./stream-memory.js";
import { TYPES } from "./transfer.js";

/** Milliseconds that a close waits for cancelled transfers; longer than any host controller takes. */
const PATIENCE = 5000;
/** Chunks that are taken in one turn of the event loop: a consumer that never waits would stop timers and sockets. */
const MOST_IN_ONE_TURN = 512;

/**
 * A continuous read whose transfers are submitted again on libusb's event thread.
 *
 * Chunks wait in memory that both threads see. JS learns how many there are when it waits, takes that many without a
 * call, and then waits again: the event loop turns in between.
 */
export class LibUsb1Stream implements BackendStream {
  /** The addon's number of it. */
  readonly #id: number;
  readonly #handle: LibUsb1Handle;
  readonly #request: StreamRequest;
  readonly #memory: StreamMemory;
  /** Up to where entries are taken before the next wait. */
  #visible = 0;
  #isReading = false;
  #isLent = false;
  /** What had arrived when it was closed. */
  #rest: Uint8Array[] | undefined;
  #finalStats: StreamStats | undefined;
  #closing: Promise<void> | undefined;
  #isClosed = false;
  #hasThrown = false;

  /** Starts it. @throws {@link USBError} what libusb says if nothing could be submitted. */
  constructor(handle: LibUsb1Handle, request: StreamRequest) {
    const { type, endpoint, transferSize, transfers, bufferSize, packetLengths } = request;
    const packets = packetLengths && Int32Array.from(packetLengths);
    const opened = handle.native.openStream(
      handle.id,
      endpoint,
      TYPES[type],
      transferSize,
      transfers,
      bufferSize,
      packets,
    );
    if (typeof opened === "number") throw failure("libusb_submit_transfer", opened);
    const [id, ...memory] = opened;
    this.#id = id;
    this.#handle = handle;
    this.#request = request;
    this.#memory = new StreamMemory(memory, transferSize, packets?.length ?? 0);
  }

  async read(): Promise<Uint8Array | undefined> {
    if (this.#isReading) throw busy(this.#request.endpoint);
    for (;;) {
      if (this.#isLent) this.#giveBack();
      if (this.#rest === undefined && this.#memory.consumed === this.#visible) {
        this.#isReading = true;
        try {
          await this.#handle.run((job) =>
            this.#handle.native.waitForStream(this.#id, job, this.#memory.consumed),
          );
        } finally {
          this.#isReading = false;
        }
        this.#look();
      }
      if (this.#rest !== undefined) return this.#lastWords();
      const chunk = this.#take();
      // An isochronous transfer without a byte is no message.
      if (chunk !== undefined) return chunk;
    }
  }

  stats(): StreamStats {
    if (this.#finalStats !== undefined) return this.#finalStats;
    const [bytes, transfers, starved, inFlight, buffered, seconds] = this.#handle.native.streamCounters(
      this.#id,
    );
    const megabytesPerSecond = seconds > 0 ? bytes / seconds / 1e6 : 0;
    return { bytes, transfers, starved, inFlight, buffered, megabytesPerSecond };
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    if (this.#rest !== undefined) return;
    const { native } = this.#handle;
    // A library that does not answer cancellations must not keep anybody waiting.
    const impatience = setTimeout(() => native.loseStream(this.#id), PATIENCE);
    try {
      await this.#handle.run((job) => native.closeStream(this.#id, job));
    } finally {
      clearTimeout(impatience);
    }
    this.#isClosed = true;
    // A reader that waits has been told of the end, and does it itself.
    if (!this.#isReading) this.#keepRest();
  }

  /** Sees what has come; at the end, takes what is left. */
  #look(): void {
    const memory = this.#memory;
    const waiting = (memory.published - memory.consumed) | 0;
    this.#visible = (memory.consumed + Math.min(waiting, MOST_IN_ONE_TURN)) | 0;
    if (this.#isClosed || waiting === 0) this.#keepRest();
  }

  #take(): Uint8Array | undefined {
    const chunk = this.#chunkOf(this.#memory.next());
    if (this.#request.borrow === true && chunk !== undefined) this.#isLent = true;
    else this.#giveBack();
    return chunk;
  }

  #giveBack(): void {
    this.#isLent = false;
    this.#memory.consume();
    if (this.#memory.isParked) this.#handle.native.resumeStream(this.#id);
  }

  /** The bytes of an entry, as the request wants them. */
  #chunkOf(entry: StreamEntry): Uint8Array | undefined {
    const { bytes } = this.#memory;
    const { offset, length } = entry;
    if (this.#request.packetLengths !== undefined) {
      return length === 0 ? undefined : compact(bytes, this.#memory.packetsOf(entry), length);
    }
    return this.#request.borrow === true
      ? bytes.subarray(offset, offset + length)
      : bytes.slice(offset, offset + length);
  }

  /** Copies what nobody has taken and frees the memory; nothing is in flight any more. */
  #keepRest(): void {
    if (this.#rest !== undefined) return;
    const memory = this.#memory;
    if (this.#isLent) this.#giveBack();
    const rest: Uint8Array[] = [];
    while (memory.consumed !== memory.published) {
      const chunk = this.#chunkOf(memory.next());
      if (chunk !== undefined) rest.push(this.#request.borrow === true ? chunk.slice() : chunk);
      memory.consume();
    }
    this.#rest = rest;
    this.#finalStats = { ...this.stats(), buffered: 0 };
    this.#handle.streams.delete(this);
    this.#handle.native.freeStream(this.#id);
  }

  /** What had arrived before the end, then the error that ended it, once. */
  #lastWords(): Uint8Array | undefined {
    const chunk = this.#rest?.shift();
    if (chunk !== undefined) return chunk;
    const { status } = this.#memory;
    if (status === 0 || this.#hasThrown) return undefined;
    this.#hasThrown = true;
    throw this.#errorOf(status);
  }

  #errorOf(status: number): USBError {
    if (status < 0) return failure("libusb_submit_transfer", status);
    const { endpoint } = this.#request;
    const outcome = { ...outcomeOf(status), length: this.stats().bytes };
    return transferError(outcome, { operation: "read", endpoint, backendName: "libusb1" });
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
