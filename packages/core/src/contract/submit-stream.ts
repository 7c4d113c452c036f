import { USBError } from "../errors.js";
import { hexByte } from "../usb/hex.js";
import type { IBackend } from "./backend.js";
import type { BackendHandle } from "./backend-device.js";
import { wentItsWay } from "./iso-packets.js";
import type { BackendStream, StreamPackets, StreamRequest, StreamStats } from "./stream.js";
import { type Arrival, arrivalOf, bytesOf } from "./stream-arrival.js";
import { StreamMeter } from "./stream-meter.js";
import { type Settled, submitSafely, timeoutFor } from "./submit-safely.js";
import type { Submission, TransferResult } from "./transfer.js";
import { transferError } from "./transfer-error.js";

interface Entry {
  readonly submission: Submission;
  settled?: Settled;
}

/** Transfers that may wait, however few bytes they brought: a device may send empty packets without end. */
const MOST_ARRIVALS = 16_384;

/**
 * The default of {@link IBackend.openStream}: a queue of submissions, renewed on the JS thread.
 *
 * Asks the device only while fewer than `bufferSize` bytes wait for the reader; what is in flight then comes on top.
 */
export class SubmitStream implements BackendStream {
  readonly #backend: IBackend;
  readonly #handle: BackendHandle;
  readonly #request: StreamRequest;
  readonly #meter: StreamMeter;
  /** In the order of submission; results leave at its front only, so that chunks keep the order of the bus. */
  readonly #inFlight: Entry[] = [];
  readonly #arrivals: Arrival[] = [];
  #buffered = 0;
  #reader: ((end?: undefined) => void) | undefined;
  #idle: (() => void)[] = [];
  #closing = false;
  #error: unknown;

  constructor(backend: IBackend, handle: BackendHandle, request: StreamRequest) {
    this.#backend = backend;
    this.#handle = handle;
    this.#request = request;
    this.#meter = new StreamMeter(request);
    this.#renew();
  }

  async read(): Promise<Uint8Array | undefined> {
    for (;;) {
      const arrival = await this.#next();
      if (arrival === undefined) return undefined;
      const chunk = bytesOf(arrival);
      if (chunk !== undefined) return chunk;
    }
  }

  async readPackets(): Promise<StreamPackets | undefined> {
    const arrival = await this.#next();
    return arrival && { data: arrival.data, packets: arrival.packets ?? [] };
  }

  async #next(): Promise<Arrival | undefined> {
    if (this.#reader) {
      throw new USBError(`read ${this.#name}: another read of this stream is waiting`, {
        code: "EBUSY",
        backend: this.#backend.name,
      });
    }
    if (this.#arrivals.length === 0 && !this.#ended) {
      await new Promise<void>((resolve) => {
        this.#reader = resolve;
      });
    }
    const arrival = this.#arrivals.shift();
    if (arrival) {
      this.#buffered -= arrival.length;
      this.#renew();
      return arrival;
    }
    const error = this.#error;
    this.#error = undefined;
    if (error !== undefined) throw error;
    return undefined;
  }

  stats(): StreamStats {
    return this.#meter.stats(this.#buffered);
  }

  async close(): Promise<void> {
    this.#stop();
    if (this.#inFlight.length > 0) await new Promise<void>((resolve) => this.#idle.push(resolve));
  }

  get #name(): string {
    return hexByte(this.#request.endpoint);
  }

  /** No byte will come any more. */
  get #ended(): boolean {
    return this.#closing && this.#inFlight.length === 0;
  }

  get #hasRoom(): boolean {
    const { type, transferSize, bufferSize } = this.#request;
    const { length } = this.#arrivals;
    if (length === 0) return true;
    // Packets are kept with the holes between them.
    const kept = type === "isochronous" ? length * transferSize : this.#buffered;
    return kept + transferSize <= bufferSize && length < MOST_ARRIVALS;
  }

  #renew(): void {
    const { type, endpoint, transferSize, transfers, packetLengths } = this.#request;
    const timeout = timeoutFor(this.#backend);
    while (!this.#closing && this.#inFlight.length < transfers && this.#hasRoom) {
      const request = {
        type,
        endpoint,
        length: transferSize,
        timeout,
        ...(packetLengths && { packetLengths }),
      };
      const { submission, settled } = submitSafely(this.#backend, this.#handle, request);
      const entry: Entry = { submission };
      this.#inFlight.push(entry);
      this.#meter.started();
      void settled.then((outcome) => {
        entry.settled = outcome;
        this.#take();
      });
    }
  }

  /** Takes what has settled at the front of the queue, then asks for more. */
  #take(): void {
    let first = this.#inFlight[0];
    while (first?.settled) {
      this.#inFlight.shift();
      this.#deliver(first.settled);
      first = this.#inFlight[0];
    }
    const ranDry = this.#inFlight.length === 0 && !this.#closing;
    this.#renew();
    if (ranDry) this.#meter.starved();
    if (this.#ended) {
      this.#meter.ended();
      for (const resolve of this.#idle.splice(0)) resolve();
    }
    if (this.#arrivals.length > 0 || this.#ended) this.#wake();
  }

  #deliver({ result, error }: Settled): void {
    const arrival = result && arrivalOf(result, this.#request);
    this.#meter.settled(result, arrival?.length ?? 0);
    if (arrival) {
      this.#arrivals.push(arrival);
      this.#buffered += arrival.length;
    }
    if (error !== undefined) this.#fail(error);
    else if (result && !this.#mayGoOn(result)) this.#fail(this.#errorOf(result));
  }

  /** A library that cannot cancel is given short timeouts, which end nothing. */
  #mayGoOn(result: TransferResult): boolean {
    const { status } = result;
    if (wentItsWay(result)) return true;
    if (status === "timedOut") return timeoutFor(this.#backend) !== 0;
    return status === "cancelled" && this.#closing;
  }

  #errorOf(result: TransferResult): USBError {
    const { status, backendErrorCode } = result;
    const bare = {
      status,
      length: this.#meter.bytes,
      ...(backendErrorCode !== undefined && { backendErrorCode }),
    };
    return transferError(bare, {
      operation: "read",
      endpoint: this.#request.endpoint,
      backendName: this.#backend.name,
    });
  }

  #fail(error: unknown): void {
    // Only the first one tells why; those behind it are its consequence, or that of close().
    if (!this.#closing) this.#error = error;
    this.#stop();
  }

  #stop(): void {
    if (this.#closing) return;
    this.#closing = true;
    for (const { submission } of this.#inFlight) submission.cancel();
    if (this.#inFlight.length === 0) {
      this.#meter.ended();
      this.#wake();
    }
  }

  #wake(): void {
    const reader = this.#reader;
    this.#reader = undefined;
    reader?.();
  }
}
