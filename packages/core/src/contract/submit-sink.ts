import { USBError } from "../errors.js";
import { hexByte } from "../usb/hex.js";
import type { IBackend } from "./backend.js";
import type { BackendHandle } from "./backend-device.js";
import { wentItsWay } from "./iso-packets.js";
import type { BackendSink, StreamRequest, StreamStats } from "./stream.js";
import { StreamMeter } from "./stream-meter.js";
import { type Settled, submitSafely, timeoutFor } from "./submit-safely.js";
import type { Submission, TransferRequest, TransferResult } from "./transfer.js";
import { transferError } from "./transfer-error.js";

/**
 * The default of {@link IBackend.openSink}: a queue of submissions.
 *
 * Each `write` is cut into transfers of `transferSize`, the last one shorter; two writes never share one, for that
 * would merge two messages.
 */
export class SubmitSink implements BackendSink {
  readonly #backend: IBackend;
  readonly #handle: BackendHandle;
  readonly #request: StreamRequest;
  readonly #meter: StreamMeter;
  readonly #transfers: number;
  readonly #waiting: Uint8Array[] = [];
  readonly #inFlight = new Set<Submission>();
  #buffered = 0;
  #line: Promise<unknown> = Promise.resolve();
  /** Called whenever something has settled or stopped. */
  #changed: (() => void)[] = [];
  #ending = false;
  #closed = false;
  #error: unknown;

  constructor(backend: IBackend, handle: BackendHandle, request: StreamRequest) {
    this.#backend = backend;
    this.#handle = handle;
    this.#request = request;
    this.#meter = new StreamMeter(request);
    // A transfer that cannot be cancelled is renewed after its timeout; nothing may have overtaken it by then.
    this.#transfers = timeoutFor(backend) === 0 ? request.transfers : 1;
  }

  write(data: Uint8Array): Promise<void> {
    if (this.#ending) return Promise.reject(this.#closedError());
    return this.#inLine(async () => {
      const { transferSize } = this.#request;
      for (let start = 0; start < data.length; start += transferSize) {
        const piece = data.slice(start, start + transferSize);
        await this.#until(
          () => this.#buffered === 0 || this.#buffered + piece.length <= this.#request.bufferSize,
        );
        this.#waiting.push(piece);
        this.#buffered += piece.length;
        this.#submitWaiting();
      }
      this.#throwIfFailed();
    });
  }

  flush(): Promise<void> {
    return this.#inLine(() => this.#until(() => this.#waiting.length === 0 && this.#inFlight.size === 0));
  }

  stats(): StreamStats {
    return this.#meter.stats(this.#buffered);
  }

  async end(options?: { readonly zlp?: boolean }): Promise<void> {
    if (this.#ending) return this.close();
    this.#ending = true;
    try {
      await this.flush();
      if (options?.zlp) {
        this.#waiting.push(new Uint8Array(0));
        this.#submitWaiting();
        await this.flush();
      }
    } finally {
      await this.close();
    }
  }

  async close(): Promise<void> {
    this.#ending = true;
    this.#stop();
    while (this.#inFlight.size > 0) await this.#change();
    this.#meter.ended();
  }

  #inLine<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#line.then(work);
    this.#line = done.catch(() => undefined);
    return done;
  }

  /** Waits for a condition; rejects once the sink has failed or was closed. */
  async #until(condition: () => boolean): Promise<void> {
    this.#throwIfFailed();
    while (!condition()) {
      await this.#change();
      this.#throwIfFailed();
    }
  }

  #change(): Promise<void> {
    return new Promise((resolve) => this.#changed.push(resolve));
  }

  #tellChange(): void {
    for (const resolve of this.#changed.splice(0)) resolve();
  }

  #throwIfFailed(): void {
    if (this.#error !== undefined) throw this.#error;
    if (this.#closed) throw this.#closedError();
  }

  #submitWaiting(): void {
    while (!this.#closed && this.#inFlight.size < this.#transfers) {
      const data = this.#waiting.shift();
      if (data === undefined) return;
      const { submission, settled } = submitSafely(this.#backend, this.#handle, this.#requestFor(data));
      this.#inFlight.add(submission);
      this.#meter.started();
      void settled.then((outcome) => this.#take(submission, data, outcome));
    }
  }

  #requestFor(data: Uint8Array): TransferRequest {
    const { type, endpoint, packetLengths } = this.#request;
    const timeout = timeoutFor(this.#backend);
    if (!packetLengths) return { type, endpoint, data, timeout };
    return { type, endpoint, data, timeout, packetLengths: fitPackets(packetLengths, data.length) };
  }

  #take(submission: Submission, data: Uint8Array, { result, error }: Settled): void {
    this.#inFlight.delete(submission);
    this.#meter.settled(result, result?.length ?? 0);
    if (result && this.#mayGoOn(result)) {
      this.#waiting.unshift(data.subarray(result.length));
      this.#buffered -= result.length;
    } else if (result && wentItsWay(result)) {
      if (!this.#closed) this.#buffered -= data.length;
    } else {
      this.#fail(result ? this.#errorOf(result) : error);
    }
    this.#submitWaiting();
    if (this.#inFlight.size === 0 && !this.#ending && this.#buffered === 0) this.#meter.starved();
    this.#tellChange();
  }

  /** The timeout of a library that cannot cancel ends nothing, as long as it tells how far it came. */
  #mayGoOn({ status }: TransferResult): boolean {
    const { cancel, partialOnTimeout } = this.#backend.supports;
    return status === "timedOut" && cancel === "none" && partialOnTimeout && !this.#closed;
  }

  #errorOf({ status, backendErrorCode }: TransferResult): USBError {
    const bare = {
      status,
      length: this.#meter.bytes,
      ...(backendErrorCode !== undefined && { backendErrorCode }),
    };
    return transferError(bare, {
      operation: "write",
      endpoint: this.#request.endpoint,
      backendName: this.#backend.name,
    });
  }

  #closedError(): USBError {
    return new USBError(`write ${hexByte(this.#request.endpoint)}: the sink was closed`, {
      code: "ERR_USB_CLOSED",
      backend: this.#backend.name,
      transferred: this.#meter.bytes,
    });
  }

  #fail(error: unknown): void {
    // What is cancelled by close() is no failure.
    if (!this.#closed) this.#error = error;
    this.#stop();
  }

  #stop(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#waiting.length = 0;
    this.#buffered = 0;
    for (const submission of this.#inFlight) submission.cancel();
    this.#tellChange();
  }
}

/** Cuts the packets of a whole transfer down to what is left to send. */
function fitPackets(packetLengths: readonly number[], length: number): number[] {
  const fitted: number[] = [];
  let left = length;
  for (const packet of packetLengths) {
    if (left <= 0) break;
    fitted.push(Math.min(packet, left));
    left -= packet;
  }
  return fitted;
}
