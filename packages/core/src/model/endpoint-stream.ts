import type { StreamStats } from "../contract/stream.js";
import type { Endpoint } from "./endpoint.js";
import type { DataOut } from "./options.js";

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
export declare class EndpointStream implements AsyncIterable<Uint8Array>, AsyncDisposable {
  /** The endpoint that it reads. */
  readonly endpoint: Endpoint;
  /** Web stream of the same bytes, with BYOB readers. Using it is using the one reader of the stream. */
  readonly readable: ReadableStream<Uint8Array>;
  /**
   * Takes the next chunk; the first call opens the device and claims the interface. I/O: waits for one transfer.
   *
   * @returns An array of its own, at most `transferSize` bytes; `undefined` after the end.
   * @throws {@link USBError} `ENODEV`, `EPIPE`, `EOVERFLOW`, `EIO`, `EBUSY` if the endpoint is in use,
   *   `ABORT_ERR`; once, after the last byte that arrived.
   */
  read(): Promise<Uint8Array | undefined>;
  /** Tells the counters. I/O: none. */
  stats(): StreamStats;
  /** Cancels what is in flight, waits, gives the endpoint back. What had arrived stays readable. Idempotent. */
  close(): Promise<void>;
  /** Iterates over the chunks; leaving the loop closes the stream. */
  [Symbol.asyncIterator](): AsyncIterator<Uint8Array, undefined, undefined>;
  /** Same as {@link EndpointStream.close}. */
  [Symbol.asyncDispose](): Promise<void>;
}

/** A continuous write to one endpoint, several transfers in flight. It holds its endpoint as a stream does. */
export declare class EndpointSink implements AsyncDisposable {
  /** The endpoint that it writes to. */
  readonly endpoint: Endpoint;
  /** Web stream over the same endpoint; closing it is {@link EndpointSink.end}. */
  readonly writable: WritableStream<DataOut>;
  /**
   * Hands bytes over, in order; the first call opens the device and claims the interface.
   *
   * I/O: waits until there is room, not until the bytes are sent.
   *
   * @throws {@link USBError} `EPIPE`, `ENODEV`, `EIO`, `EBUSY`, `ABORT_ERR`, with `transferred` for the whole sink.
   */
  write(data: DataOut): Promise<void>;
  /** Resolves when everything handed over so far is sent. @throws {@link USBError} as `write`. */
  flush(): Promise<void>;
  /** Tells the counters. I/O: none. */
  stats(): StreamStats;
  /** Flushes, sends a zero-length packet if `zlp`, gives the endpoint back. */
  end(options?: { readonly zlp?: boolean }): Promise<void>;
  /** Cancels what is in flight, drops the rest, gives the endpoint back. Idempotent. */
  close(): Promise<void>;
  /** Same as {@link EndpointSink.close}. */
  [Symbol.asyncDispose](): Promise<void>;
}
