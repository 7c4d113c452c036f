import type { BackendStream, StreamRequest } from "../contract/stream.js";
import { hexByte } from "../usb/hex.js";
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
