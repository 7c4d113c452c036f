import type { BackendSink, StreamRequest, StreamStats } from "../contract/stream.js";
import { hexByte } from "../usb/hex.js";
import { toBytes } from "../usb/to-bytes.js";
import { checkBoolean } from "./arguments.js";
import type { Endpoint } from "./endpoint.js";
import { EndpointQueue } from "./endpoint-queue.js";
import { kResources } from "./internals.js";
import type { DataOut, SinkOptions } from "./options.js";
import { TransferFiller } from "./transfer-filler.js";

/** A continuous write to one endpoint, several transfers in flight. It holds its endpoint as a stream does. */
export class EndpointSink extends EndpointQueue<BackendSink> {
  #writable: WritableStream<DataOut> | undefined;
  /** Isochronous only: there a write that is no whole transfer would leave a packet shorter than it was asked for. */
  readonly #filler: TransferFiller | undefined;

  /** Made by {@link Endpoint.sink}. @internal */
  constructor(endpoint: Endpoint, options?: SinkOptions) {
    if (endpoint.direction !== "out") {
      throw new TypeError(
        `endpoint ${hexByte(endpoint.bEndpointAddress)} is IN; use stream() to read from it`,
      );
    }
    super(endpoint, options, false);
    if (endpoint.type === "isochronous") this.#filler = new TransferFiller(this.request.transferSize);
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
   * returns. Isochronous: they begin to go when they fill a transfer, or at {@link flush}.
   *
   * I/O: waits until there is room, not until the bytes are sent.
   *
   * @throws {@link USBError} `EPIPE`, `ENODEV`, `EIO`, `EBUSY`, `ABORT_ERR`, with `transferred` for the whole sink.
   */
  async write(data: DataOut): Promise<void> {
    const given = toBytes(data, "data");
    this.#refuseIfClosed();
    const bytes = this.#filler?.add(given) ?? given.slice();
    await this.#orAborted(this.opened().then((opened) => opened.write(bytes)));
  }

  /** Resolves when everything handed over so far is sent. @throws {@link USBError} as `write`. */
  async flush(): Promise<void> {
    this.#refuseIfClosed();
    const rest = this.#filler?.takeRest();
    await this.#orAborted(
      this.opened().then(async (opened) => {
        await sendRest(opened, rest);
        await opened.flush();
      }),
    );
  }

  /** Tells the counters; bytes that do not fill a transfer yet are among those that wait. I/O: none. */
  override stats(): StreamStats {
    const stats = super.stats();
    const held = this.#filler?.held ?? 0;
    return held === 0 ? stats : { ...stats, buffered: stats.buffered + held };
  }

  /**
   * Flushes, sends a zero-length packet if `zlp`, gives the endpoint back.
   *
   * @throws {@link USBError} as `write`; TypeError if `zlp` is for an isochronous endpoint.
   */
  async end(options?: { readonly zlp?: boolean }): Promise<void> {
    const zlp = checkBoolean("options.zlp", options?.zlp);
    if (zlp && this.endpoint.type === "isochronous") {
      throw new TypeError("options.zlp is not for isochronous endpoints: their packets end no message");
    }
    if (!this.isClosed) await this.opened();
    const rest = this.#filler?.takeRest();
    await this.#orAborted(
      this.endWith(async (opened) => {
        try {
          await sendRest(opened, rest);
        } finally {
          await opened.end({ zlp });
        }
      }),
    );
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

function sendRest(opened: BackendSink, rest: Uint8Array | undefined): Promise<void> {
  return rest === undefined || rest.length === 0 ? Promise.resolve() : opened.write(rest);
}
