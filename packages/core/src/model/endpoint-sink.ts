import type { BackendSink, StreamRequest } from "../contract/stream.js";
import { hexByte } from "../usb/hex.js";
import { toBytes } from "../usb/to-bytes.js";
import { checkBoolean } from "./arguments.js";
import type { Endpoint } from "./endpoint.js";
import { EndpointQueue } from "./endpoint-queue.js";
import { kResources } from "./internals.js";
import type { DataOut, SinkOptions } from "./options.js";

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
