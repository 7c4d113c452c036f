import { type BackendSink, type StreamRequest, type StreamStats, USBError } from "@tsusb/core/backend";
import type { LibUsb1Handle } from "./handle.js";
import { NativeStream } from "./native-stream.js";

/**
 * A continuous write whose transfers are submitted one after the other on libusb's event thread.
 *
 * Each `write` is cut into transfers of `transferSize`, the last one shorter; two writes never share one, for that
 * would merge two messages.
 */
export class LibUsb1Sink implements BackendSink {
  readonly #native: NativeStream;
  readonly #handle: LibUsb1Handle;
  readonly #request: StreamRequest;
  /** Buffers that may be filled; the one that came back last is used first. */
  readonly #free: number[] = [];
  /** Bytes of what was pushed last, by buffer. */
  readonly #lengths: number[] = [];
  #line: Promise<unknown> = Promise.resolve();
  #inFlight = 0;
  #buffered = 0;
  #isEnding = false;
  #error: USBError | undefined;
  #closing: Promise<void> | undefined;

  /** @throws {@link USBError} what libusb says if it could not be opened. */
  constructor(handle: LibUsb1Handle, request: StreamRequest) {
    this.#native = new NativeStream(handle, request);
    this.#handle = handle;
    this.#request = request;
    for (let buffer = this.#native.buffers; buffer-- > 0; ) this.#free.push(buffer);
    handle.streams.add(this);
  }

  write(data: Uint8Array): Promise<void> {
    if (this.#isEnding) return Promise.reject(this.#closedError());
    return this.#inLine(async () => {
      const { transferSize, bufferSize } = this.#request;
      for (let start = 0; start < data.length; start += transferSize) {
        const piece = data.subarray(start, start + transferSize);
        await this.#until(
          () =>
            this.#free.length > 0 && (this.#buffered === 0 || this.#buffered + piece.length <= bufferSize),
        );
        this.#push(piece);
      }
      this.#throwIfEnded();
    });
  }

  flush(): Promise<void> {
    return this.#inLine(() => this.#until(() => this.#inFlight === 0));
  }

  stats(): StreamStats {
    return this.#native.stats();
  }

  async end(options?: { readonly zlp?: boolean }): Promise<void> {
    if (this.#isEnding) return this.close();
    this.#isEnding = true;
    try {
      await this.flush();
      if (options?.zlp) {
        this.#push(new Uint8Array(0));
        await this.flush();
      }
    } finally {
      await this.close();
    }
  }

  close(): Promise<void> {
    this.#isEnding = true;
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    await this.#native.close();
    this.#error ??= this.#native.error();
    this.#native.free();
    this.#handle.streams.delete(this);
  }

  #inLine<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#line.then(work);
    this.#line = done.catch(() => undefined);
    return done;
  }

  /** Waits for a condition; rejects once the sink has failed or was closed. */
  async #until(condition: () => boolean): Promise<void> {
    this.#takeBack();
    this.#throwIfEnded();
    while (!condition()) {
      await this.#native.wait();
      this.#takeBack();
      this.#throwIfEnded();
    }
  }

  #push(piece: Uint8Array): void {
    const buffer = this.#free.pop();
    if (buffer === undefined) throw this.#closedError();
    this.#native.memory.fill(buffer, piece);
    this.#lengths[buffer] = piece.length;
    this.#inFlight++;
    this.#buffered += piece.length;
    this.#native.push(buffer, piece.length);
  }

  /** Takes the buffers back whose transfers have ended. */
  #takeBack(): void {
    const { memory, isFreed } = this.#native;
    if (isFreed) return;
    for (; memory.consumed !== memory.published; memory.consume()) {
      const { buffer } = memory.next();
      this.#free.push(buffer);
      this.#inFlight--;
      this.#buffered -= this.#lengths[buffer] ?? 0;
    }
  }

  #throwIfEnded(): void {
    if (!this.#native.memory.isEnded) return;
    this.#error ??= this.#native.error();
    throw this.#error ?? this.#closedError();
  }

  #closedError(): USBError {
    const address = `0x${this.#request.endpoint.toString(16).padStart(2, "0")}`;
    return new USBError(`write ${address}: the sink was closed`, {
      code: "ERR_USB_CLOSED",
      backend: "libusb1",
      transferred: this.stats().bytes,
    });
  }
}
