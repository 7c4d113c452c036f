import { type StreamRequest, type StreamStats, transferError, type USBError } from "@tsusb/core/backend";
import { failure, outcomeOf } from "./errors.js";
import type { LibUsb1Handle } from "./handle.js";
import { StreamMemory } from "./stream-memory.js";
import { TYPES } from "./transfer.js";

/** Milliseconds that a close waits for cancelled transfers; longer than any host controller takes. */
const PATIENCE = 5000;

/** The addon's side of a stream or sink: its memory, its counters, its end. */
export class NativeStream {
  readonly memory: StreamMemory;
  /** Buffers of the memory, each of `transferSize` bytes. */
  readonly buffers: number;
  readonly #handle: LibUsb1Handle;
  readonly #request: StreamRequest;
  /** The addon's number of it. */
  readonly #id: number;
  #finalStats: StreamStats | undefined;
  #isClosed = false;

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
      request.borrow === true,
      packets,
    );
    if (typeof opened === "number") throw failure("libusb_submit_transfer", opened);
    const [id, bytes, table, entries, buffers] = opened;
    this.#id = id;
    this.#handle = handle;
    this.#request = request;
    this.buffers = buffers;
    this.memory = new StreamMemory({ bytes, table, entries, transferSize, packets: packets?.length ?? 0 });
  }

  /** Whether nothing is in flight any more and nothing will be. */
  get isClosed(): boolean {
    return this.#isClosed;
  }

  /** Whether its memory was given back. */
  get isFreed(): boolean {
    return this.#finalStats !== undefined;
  }

  /** Waits until more is published than was taken, or for the end. */
  async wait(): Promise<void> {
    if (this.isFreed) return;
    await this.#handle.run((job) => this.#handle.native.waitForStream(this.#id, job, this.memory.consumed));
  }

  /** Gives the next entry back, and has transfers go on that waited for room. */
  giveBack(): void {
    this.memory.consume();
    if (this.memory.isParked) this.#handle.native.resumeStream(this.#id);
  }

  /** Sends what lies in a buffer, after what was pushed before. */
  push(buffer: number, length: number): void {
    this.#handle.native.pushToStream(this.#id, buffer, length);
  }

  stats(): StreamStats {
    if (this.#finalStats !== undefined) return this.#finalStats;
    const [bytes, transfers, starved, inFlight, buffered, seconds, packets, missed] =
      this.#handle.native.streamCounters(this.#id);
    const megabytesPerSecond = seconds > 0 ? bytes / seconds / 1e6 : 0;
    const stats = { bytes, transfers, starved, inFlight, buffered, megabytesPerSecond };
    return this.#request.packetLengths === undefined ? stats : { ...stats, packets, missed };
  }

  /** Cancels what is in flight and waits for it. */
  async close(): Promise<void> {
    if (this.isFreed || this.#isClosed) return;
    const { native } = this.#handle;
    // A library that does not answer cancellations must not keep anybody waiting.
    const impatience = setTimeout(() => native.loseStream(this.#id), PATIENCE);
    try {
      await this.#handle.run((job) => native.closeStream(this.#id, job));
    } finally {
      clearTimeout(impatience);
    }
    this.#isClosed = true;
  }

  /** Gives its memory back; it has ended. */
  free(): void {
    if (this.isFreed) return;
    this.#isClosed = true;
    this.#finalStats = { ...this.stats(), buffered: 0 };
    this.#handle.native.freeStream(this.#id);
  }

  /** The error that ended it; `undefined` if it was closed or goes on. */
  error(): USBError | undefined {
    const { status } = this.memory;
    if (status === 0) return undefined;
    const { bytes: length } = this.stats();
    if (status < 0) return failure("libusb_submit_transfer", status, length);
    const { endpoint } = this.#request;
    const operation = (endpoint & 0x80) !== 0 ? "read" : "write";
    const outcome = { ...outcomeOf(status), length };
    return transferError(outcome, { operation, endpoint, backendName: "libusb1" });
  }
}
