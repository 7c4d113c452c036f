import type { BackendStream, StreamPackets, StreamRequest } from "../contract/stream.js";
import { hexByte } from "../usb/hex.js";
import { bufferToFill, rejecting } from "./arguments.js";
import { ChunkSource } from "./chunk-source.js";
import type { Endpoint } from "./endpoint.js";
import { EndpointQueue } from "./endpoint-queue.js";
import { kResources } from "./internals.js";
import type { StreamOptions } from "./options.js";

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
  #source: ChunkSource | undefined;
  readonly #messages: boolean;
  #reading = false;
  #ended = false;

  /** Made by {@link Endpoint.stream}. @internal */
  constructor(endpoint: Endpoint, options?: StreamOptions) {
    if (endpoint.direction !== "in") {
      throw new TypeError(`endpoint ${hexByte(endpoint.bEndpointAddress)} is OUT; use sink() to write to it`);
    }
    super(endpoint, options, true);
    this.#messages = options?.messages === true;
  }

  protected override openWith(request: StreamRequest): Promise<BackendStream> {
    const resources = this.endpoint.device[kResources];
    return resources.backend.openStream(resources.handle, request);
  }

  /** Web stream of the same bytes; a BYOB reader gets them in its own memory. Using it is using the stream's one reader. */
  get readable(): ReadableStream<Uint8Array> {
    this.#readable ??= new ReadableStream({
      type: "bytes",
      pull: (controller) => this.#pull(controller),
      cancel: () => this.close(),
    });
    return this.#readable;
  }

  /**
   * Takes the next chunk; the first call opens the device and claims the interface. I/O: waits for one transfer.
   *
   * @returns An array of its own, at most `transferSize` bytes, or a message with the option `messages`; `undefined`
   *   after the end.
   * @throws {@link USBError} `ENODEV`, `EPIPE`, `EOVERFLOW`, `EIO`, `EBUSY` if the endpoint is in use,
   *   `ABORT_ERR`; once, after the last byte that arrived. Also `EBUSY` if another read waits, which ends nothing.
   */
  read(): Promise<Uint8Array | undefined> {
    return this.#one(takeChunk, undefined);
  }

  /**
   * Takes the next bytes into memory of the caller's: those of one chunk, or what an earlier call has left of it. Makes
   * no array for them. I/O: as {@link read}.
   *
   * @param buffer - Filled from its start; at least one byte.
   * @returns Bytes taken, 0 for an empty chunk; `undefined` after the end.
   * @throws {@link USBError} as {@link read}; TypeError or RangeError if `buffer` is no memory, or empty.
   */
  readInto(buffer: ArrayBufferView | ArrayBuffer): Promise<number | undefined> {
    return rejecting(() => {
      const into = bufferToFill("buffer", buffer);
      if (into.length === 0) throw new RangeError("buffer must have at least one byte, and has none");
      return this.#one(takeInto, into);
    });
  }

  /**
   * Takes what the next transfer of an isochronous endpoint brought: how each packet ended, and its bytes where it says.
   * A transfer of which every packet failed or was empty is told too; {@link read} passes over it. I/O: as {@link read}.
   *
   * @returns An array and packets of its own, as those of {@link Endpoint.isoRead}; `undefined` after the end.
   * @throws {@link USBError} as {@link read}, `ENOSYS` if the backend's streams tell nothing of packets; also `EBUSY` if
   *   {@link readInto} has left something of a transfer, which ends nothing. TypeError if the endpoint is not isochronous.
   */
  async readPackets(): Promise<StreamPackets | undefined> {
    const { bEndpointAddress, type, device } = this.endpoint;
    const address = hexByte(bEndpointAddress);
    if (type !== "isochronous") {
      throw new TypeError(
        `endpoint ${address} is ${type}, and only isochronous ones have packets; use read()`,
      );
    }
    if (this.#source?.hasLeft) {
      const begun = `readInto() has left something of a transfer of ${address}: take that first, by read()`;
      throw device[kResources].error("EBUSY", begun);
    }
    return this.#one(takePackets, undefined);
  }

  /** Iterates over what {@link readPackets} gives; leaving the loop closes the stream. */
  get packets(): AsyncIterable<StreamPackets, undefined, undefined> {
    return { [Symbol.asyncIterator]: () => new PullIterator(this, () => this.readPackets()) };
  }

  /** Not an async function, and one promise on the way: what it makes is made for every chunk. */
  #one<T, A>(
    take: (source: ChunkSource, argument: A) => Promise<T | undefined>,
    argument: A,
  ): Promise<T | undefined> {
    if (this.#ended || (this.isClosed && !this.isOpening)) return Promise.resolve(undefined);
    if (this.#reading) {
      const address = hexByte(this.endpoint.bEndpointAddress);
      const busy = `another read of the stream of ${address} waits`;
      return Promise.reject(this.endpoint.device[kResources].error("EBUSY", busy));
    }
    this.#reading = true;
    const source = this.#source;
    try {
      const taken =
        source === undefined
          ? this.#openSource().then((opened) => take(opened, argument))
          : take(source, argument);
      return taken.then(this.#taken, this.#failed);
    } catch (error) {
      // A backend that throws where it should reject.
      return this.#failed(error);
    }
  }

  /** Ends the stream where nothing was taken. */
  readonly #taken = <T>(value: T | undefined): T | undefined | Promise<undefined> => {
    if (value === undefined) return this.#end();
    this.#reading = false;
    return value;
  };

  readonly #failed = async (error: unknown): Promise<never> => {
    this.#ended = true;
    await this.close().finally(() => {
      this.#reading = false;
    });
    throw this.seen(error);
  };

  async #end(): Promise<undefined> {
    this.#ended = true;
    this.#reading = false;
    await this.close();
    if (this.signal?.aborted) throw this.aborted();
    return undefined;
  }

  async #openSource(): Promise<ChunkSource> {
    const stream = await this.opened();
    const { transferSize, bufferSize } = this.request;
    const backendName = this.endpoint.device[kResources].backend.name;
    this.#source = new ChunkSource(stream, {
      messages: this.#messages,
      transferSize,
      bufferSize,
      backendName,
    });
    return this.#source;
  }

  /** Fills the reader's memory where there is some. A byte stream has no place for an empty chunk. */
  async #pull(controller: ReadableByteStreamController): Promise<void> {
    const { byobRequest } = controller;
    const view = byobRequest?.view;
    if (byobRequest && view) {
      const into = new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
      let count = await this.readInto(into);
      while (count === 0) count = await this.readInto(into);
      if (count === undefined) controller.close();
      byobRequest.respond(count ?? 0);
      return;
    }
    let chunk = await this.read();
    while (chunk?.length === 0) chunk = await this.read();
    if (chunk === undefined) controller.close();
    // Lent memory must not end up in the stream's hands, which may detach it.
    else controller.enqueue(this.request.borrow === true ? chunk.slice() : chunk);
  }

  /** Iterates over the chunks; leaving the loop closes the stream. */
  [Symbol.asyncIterator](): AsyncIterator<Uint8Array, undefined, undefined> {
    return new PullIterator(this, () => this.read());
  }
}

// Made once, not with every read.
const takeChunk = (source: ChunkSource) => source.read();
const takeInto = (source: ChunkSource, into: Uint8Array) => source.readInto(into);
const takePackets = (source: ChunkSource) => source.readPackets();

/** The end, and a value, as iterators tell them. */
const asResult = <T>(value: T | undefined): IteratorResult<T, undefined> =>
  value === undefined ? { done: true, value: undefined } : { done: false, value };

/** Written out, since an async generator costs twice as much a chunk. */
class PullIterator<T> implements AsyncIterator<T, undefined, undefined> {
  readonly #stream: EndpointStream;
  readonly #pull: () => Promise<T | undefined>;

  constructor(stream: EndpointStream, pull: () => Promise<T | undefined>) {
    this.#stream = stream;
    this.#pull = pull;
  }

  next(): Promise<IteratorResult<T, undefined>> {
    return this.#pull().then(asResult<T>);
  }

  async return(): Promise<IteratorResult<T, undefined>> {
    await this.#stream.close();
    return { done: true, value: undefined };
  }
}
