import type { BackendSink, BackendStream, StreamRequest, StreamStats } from "../contract/stream.js";
import { USBAbortError, USBError } from "../errors.js";
import { hexByte } from "../usb/hex.js";
import { forget, watch } from "./abort.js";
import type { Endpoint } from "./endpoint.js";
import { kResources } from "./internals.js";
import type { SinkOptions, StreamOptions } from "./options.js";
import { streamRequest } from "./stream-request.js";

const NO_STATS: StreamStats = {
  bytes: 0,
  transfers: 0,
  inFlight: 0,
  starved: 0,
  buffered: 0,
  megabytesPerSecond: 0,
};

/** Opens on first use, holds its endpoint, ends on abort and on `device.close()`: what streams and sinks share. */
export abstract class EndpointQueue<Opened extends BackendStream | BackendSink> implements AsyncDisposable {
  /** The endpoint. */
  readonly endpoint: Endpoint;
  protected readonly signal: AbortSignal | undefined;
  protected readonly request: StreamRequest;
  #opening: Promise<Opened> | undefined;
  #opened: Opened | undefined;
  #ending: Promise<void> | undefined;
  #closing: Promise<void> | undefined;
  #giveBack: (() => void) | undefined;

  protected constructor(
    endpoint: Endpoint,
    options: StreamOptions | SinkOptions | undefined,
    lends: boolean,
  ) {
    this.request = streamRequest(endpoint, options, lends);
    this.endpoint = endpoint;
    this.signal = options?.signal;
  }

  protected abstract openWith(request: StreamRequest): Promise<Opened>;

  protected get isClosed(): boolean {
    return this.#closing !== undefined || this.#ending !== undefined;
  }

  /** Whether it was ever used. */
  protected get isOpening(): boolean {
    return this.#opening !== undefined;
  }

  /** What the backend opened; opens at the first call. */
  protected opened(): Promise<Opened> {
    this.#opening ??= this.#open();
    return this.#opening;
  }

  async #open(): Promise<Opened> {
    if (this.signal?.aborted) throw this.aborted();
    const resources = this.endpoint.device[kResources];
    const { bEndpointAddress: address, direction } = this.endpoint;
    const state = await resources.prepare(this.endpoint, direction);
    if (this.signal?.aborted) throw this.aborted();
    if (this.isClosed) throw resources.error("ERR_USB_CLOSED", "the stream was closed before it was open");
    if (state.streaming || state.pending > 0) {
      const holder = state.streaming ? "a stream holds" : `${state.pending} transfers are pending on`;
      throw resources.error("EBUSY", `${holder} endpoint ${hexByte(address)}`);
    }
    state.streaming = true;
    resources.holders.add(this);
    // What fails there is told to whoever calls close() as well, and nobody else waits for it.
    const onAbort = { cancel: () => void this.close().catch(() => undefined) };
    if (this.signal !== undefined) watch(this.signal, onAbort);
    this.#giveBack = () => {
      // Once: by the next time the endpoint may be another's.
      this.#giveBack = undefined;
      state.streaming = false;
      resources.holders.delete(this);
      if (this.signal !== undefined) forget(this.signal, onAbort);
    };
    try {
      this.#opened = await this.openWith(this.request);
    } catch (error) {
      this.#giveBack();
      throw this.seen(error);
    }
    return this.#opened;
  }

  /** Remembers an unplug that an error tells of, and gives the error. */
  protected seen(error: unknown): unknown {
    if (USBError.is(error) && error.code === "ENODEV") this.endpoint.device[kResources].markGone();
    return error;
  }

  /** Tells the counters. I/O: none. */
  stats(): StreamStats {
    if (this.#opened !== undefined) return this.#opened.stats();
    return this.endpoint.type === "isochronous" ? { ...NO_STATS, packets: 0, missed: 0 } : NO_STATS;
  }

  /** Cancels what is in flight, waits, gives the endpoint back. Idempotent. */
  close(): Promise<void> {
    this.#closing ??= this.#close((opened) => opened.close());
    return this.#closing;
  }

  /** Ends in another way than by cancelling; a `close` meanwhile cancels that too. */
  protected endWith(end: (opened: Opened) => Promise<void>): Promise<void> {
    this.#ending ??= this.#closing ?? this.#close(end);
    return this.#ending;
  }

  async #close(end: (opened: Opened) => Promise<void>): Promise<void> {
    // What failed to open has told so where it was opened, and needs no closing.
    const opened = await this.#opening?.catch(() => undefined);
    try {
      if (opened !== undefined) await end(opened);
    } finally {
      this.#giveBack?.();
    }
  }

  protected aborted(): USBAbortError {
    const resources = this.endpoint.device[kResources];
    return new USBAbortError(`${resources.facts.headline}: the stream was aborted`, {
      backend: resources.backend.name,
      cause: this.signal?.reason,
      transferred: this.stats().bytes,
    });
  }

  /** Same as `close`. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}
