import type { BackendSink, BackendStream, StreamRequest, StreamStats } from "../contract/stream.js";
import { USBAbortError, USBError } from "../errors.js";
import { hexByte } from "../usb/hex.js";
import { toBytes } from "../usb/to-bytes.js";
import { forget, watch } from "./abort.js";
import { checkBoolean } from "./arguments.js";
import type { Endpoint } from "./endpoint.js";
import { kResources } from "./internals.js";
import type { DataOut, SinkOptions, StreamOptions } from "./options.js";
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
abstract class EndpointQueue<Opened extends BackendStream | BackendSink> implements AsyncDisposable {
  /** The endpoint. */
  readonly endpoint: Endpoint;
  protected readonly signal: AbortSignal | undefined;
  readonly #request: StreamRequest;
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
    this.#request = streamRequest(endpoint, options, lends);
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
      this.#opened = await this.openWith(this.#request);
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
    return this.#opened?.stats() ?? NO_STATS;
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

/**
 * A continuous read of one endpoint: several transfers in flight, renewed by themselves, chunks in the order of the bus.
 *
 * It holds its endpoint: other transfers there reject with `EBUSY` until it is closed. Leaving a `for await` loop,
 * aborting the signal, `close()`, `device.close()` and unplugging all cancel what is in flight and wait for it; every
 * byte that had arrived is delivered before the end or the error.
 *
 * @example
 * ```ts
 * import { find } from "@tsusb/core";
 * const device = await find({ idVendor: 0x0525, idProduct: 0xa4a0 });
 * const endpoint = device?.configurations[0]?.interfaces[0]?.endpoints[0];
 * if (endpoint) for await (const chunk of endpoint.stream({ transfers: 8 })) console.log(chunk.length);
 * ```
 */
export class EndpointStream extends EndpointQueue<BackendStream> implements AsyncIterable<Uint8Array> {
  #readable: ReadableStream<Uint8Array> | undefined;
  #reading = false;
  #ended = false;

  /** Made by {@link Endpoint.stream}. @internal */
  constructor(endpoint: Endpoint, options?: StreamOptions) {
    if (endpoint.direction !== "in") {
      throw new TypeError(`endpoint ${hexByte(endpoint.bEndpointAddress)} is OUT; use sink() to write to it`);
    }
    super(endpoint, options, true);
  }

  protected override openWith(request: StreamRequest): Promise<BackendStream> {
    const resources = this.endpoint.device[kResources];
    return resources.backend.openStream(resources.handle, request);
  }

  /** Web stream of the same bytes, with BYOB readers. Using it is using the one reader of the stream. */
  get readable(): ReadableStream<Uint8Array> {
    this.#readable ??= new ReadableStream({
      type: "bytes",
      pull: async (controller) => {
        const chunk = await this.#nextNonEmpty();
        if (chunk === undefined) {
          controller.close();
          controller.byobRequest?.respond(0);
        } else {
          controller.enqueue(chunk);
        }
      },
      cancel: () => this.close(),
    });
    return this.#readable;
  }

  /**
   * Takes the next chunk; the first call opens the device and claims the interface. I/O: waits for one transfer.
   *
   * @returns An array of its own, at most `transferSize` bytes; `undefined` after the end.
   * @throws {@link USBError} `ENODEV`, `EPIPE`, `EOVERFLOW`, `EIO`, `EBUSY` if the endpoint is in use,
   *   `ABORT_ERR`; once, after the last byte that arrived. Also `EBUSY` if another read waits, which ends nothing.
   */
  async read(): Promise<Uint8Array | undefined> {
    if (this.#ended || (this.isClosed && !this.isOpening)) return undefined;
    if (this.#reading) {
      const address = hexByte(this.endpoint.bEndpointAddress);
      throw this.endpoint.device[kResources].error("EBUSY", `another read of the stream of ${address} waits`);
    }
    this.#reading = true;
    try {
      const chunk = await (await this.opened()).read();
      if (chunk !== undefined) return chunk;
    } catch (error) {
      this.#ended = true;
      await this.close();
      throw this.seen(error);
    } finally {
      this.#reading = false;
    }
    this.#ended = true;
    await this.close();
    if (this.signal?.aborted) throw this.aborted();
    return undefined;
  }

  /** A byte stream has no place for an empty chunk. */
  async #nextNonEmpty(): Promise<Uint8Array | undefined> {
    for (;;) {
      const chunk = await this.read();
      if (chunk === undefined || chunk.length > 0) return chunk;
    }
  }

  /** Iterates over the chunks; leaving the loop closes the stream. */
  [Symbol.asyncIterator](): AsyncIterator<Uint8Array, undefined, undefined> {
    return new ChunkIterator(this);
  }
}

/** Written out, since an async generator costs twice as much a chunk. */
class ChunkIterator implements AsyncIterator<Uint8Array, undefined, undefined> {
  readonly #stream: EndpointStream;

  constructor(stream: EndpointStream) {
    this.#stream = stream;
  }

  async next(): Promise<IteratorResult<Uint8Array, undefined>> {
    const value = await this.#stream.read();
    return value === undefined ? { done: true, value } : { done: false, value };
  }

  async return(): Promise<IteratorResult<Uint8Array, undefined>> {
    await this.#stream.close();
    return { done: true, value: undefined };
  }
}

/** A continuous write to one endpoint, several transfers in flight. It holds its endpoint as a stream does. */
export class EndpointSink extends EndpointQueue<BackendSink> {
  #writable: WritableStream<DataOut> | undefined;

  /** Made by {@link Endpoint.sink}. @internal */
  constructor(endpoint: Endpoint, options?: SinkOptions) {
    if (endpoint.direction !== "out") {
      throw new TypeError(
        `endpoint ${hexByte(endpoint.bEndpointAddress)} is IN; use stream() to read from it`,
      );
    }
    super(endpoint, options, false);
  }

  protected override openWith(request: StreamRequest): Promise<BackendSink> {
    const resources = this.endpoint.device[kResources];
    return resources.backend.openSink(resources.handle, request);
  }

  /** Web stream over the same endpoint; closing it is {@link EndpointSink.end}. */
  get writable(): WritableStream<DataOut> {
    this.#writable ??= new WritableStream({
      write: (chunk) => this.write(chunk),
      close: () => this.end(),
      abort: () => this.close(),
    });
    return this.#writable;
  }

  /**
   * Hands bytes over, in order; the first call opens the device and claims the interface. They are copied before it
   * returns.
   *
   * I/O: waits until there is room, not until the bytes are sent.
   *
   * @throws {@link USBError} `EPIPE`, `ENODEV`, `EIO`, `EBUSY`, `ABORT_ERR`, with `transferred` for the whole sink.
   */
  async write(data: DataOut): Promise<void> {
    const bytes = toBytes(data, "data").slice();
    this.#refuseIfClosed();
    await this.#orAborted(this.opened().then((opened) => opened.write(bytes)));
  }

  /** Resolves when everything handed over so far is sent. @throws {@link USBError} as `write`. */
  async flush(): Promise<void> {
    this.#refuseIfClosed();
    await this.#orAborted(this.opened().then((opened) => opened.flush()));
  }

  /** Flushes, sends a zero-length packet if `zlp`, gives the endpoint back. */
  async end(options?: { readonly zlp?: boolean }): Promise<void> {
    const zlp = checkBoolean("options.zlp", options?.zlp);
    if (!this.isClosed) await this.opened();
    await this.#orAborted(this.endWith((opened) => opened.end({ zlp })));
  }

  #refuseIfClosed(): void {
    if (this.signal?.aborted) throw this.aborted();
    if (!this.isClosed) return;
    throw this.endpoint.device[kResources].error(
      "ERR_USB_CLOSED",
      `the sink of endpoint ${hexByte(this.endpoint.bEndpointAddress)} was closed`,
    );
  }

  async #orAborted(step: Promise<void>): Promise<void> {
    try {
      await step;
    } catch (error) {
      if (this.signal?.aborted) throw this.aborted();
      throw this.seen(error);
    }
    if (this.signal?.aborted) throw this.aborted();
  }
}
