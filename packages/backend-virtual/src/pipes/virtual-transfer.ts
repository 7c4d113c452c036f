import {
  type Submission,
  type TransferRequest,
  type TransferResult,
  type TransferStatus,
  USBError,
} from "@tsusb/core/backend";
import type { Deliverable, Pacer } from "./pacer.js";
import type { Pipe } from "./pipe.js";

/** Longest delay that a timer takes; a longer timeout (25 days) is none. */
const LONGEST_TIMER = 0x7fff_ffff;

/** One transfer in flight: what has moved so far, its timer, its promise. It settles exactly once. */
export class VirtualTransfer implements Submission, Deliverable {
  readonly done: Promise<TransferResult>;
  readonly request: TransferRequest;
  /** OUT: the copy of the bytes to send. */
  readonly data: Uint8Array;
  /** IN: most bytes to take. */
  readonly capacity: number;
  /** Bytes that have moved. */
  length = 0;
  #chunks: Uint8Array[] = [];
  #pipe: Pipe | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #status: TransferStatus | undefined;
  #error: USBError | undefined;
  readonly #pacer: Pacer;
  readonly #pending: Set<VirtualTransfer>;
  #resolve!: (result: TransferResult) => void;
  #reject!: (error: USBError) => void;

  /** @param pending - Holds it as long as it is in flight. */
  constructor(request: TransferRequest, pacer: Pacer, pending: Set<VirtualTransfer>) {
    this.request = request;
    this.data = request.data === undefined ? NOTHING : request.data.slice();
    this.capacity = request.into?.byteLength ?? request.length ?? 0;
    this.#pacer = pacer;
    this.#pending = pending;
    pending.add(this);
    this.done = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
  }

  /** Whether it has ended. */
  get isSettled(): boolean {
    return this.#status !== undefined;
  }

  /** Whether it has ended well. */
  get isComplete(): boolean {
    return this.#status === "completed";
  }

  /** Hands it to its pipe; starts a timer only if there is no answer at once. */
  start(pipe: Pipe): void {
    this.#pipe = pipe;
    pipe.submit(this);
    if (this.#status !== undefined) return;
    const { timeout } = this.request;
    // Without a timeout the timer has no end to tell, but it keeps the process alive as long as this is pending.
    if (timeout === 0 || timeout > LONGEST_TIMER) this.#timer = setInterval(() => {}, LONGEST_TIMER);
    else this.#timer = setTimeout(() => this.settle("timedOut"), timeout);
  }

  /** IN: takes bytes, which nobody changes from then on. */
  take(bytes: Uint8Array): void {
    if (bytes.byteLength === 0) return;
    this.#chunks.push(bytes);
    this.length += bytes.byteLength;
  }

  /** Ends it. What comes second is ignored: a transfer has one end. */
  settle(status: TransferStatus): void {
    if (this.#status !== undefined) return;
    this.#status = status;
    clearTimeout(this.#timer);
    this.#pipe?.forget(this);
    this.#pending.delete(this);
    this.#pacer.deliver(this);
  }

  /** Ends it because the device's own code threw. */
  fail(cause: unknown): void {
    const endpoint = `0x${this.request.endpoint.toString(16).padStart(2, "0")}`;
    this.#error = new USBError(`the virtual device's code for endpoint ${endpoint} threw: ${String(cause)}`, {
      code: "ERR_USB_BACKEND",
      backend: "virtual",
      cause,
    });
    this.settle("error");
  }

  cancel(): void {
    this.settle("cancelled");
  }

  deliver(): void {
    if (this.#error) this.#reject(this.#error);
    else this.#resolve(this.result(this.#status ?? "error"));
  }

  /** What its promise resolves to. */
  protected result(status: TransferStatus): TransferResult {
    const { length } = this;
    const { into, setup, endpoint } = this.request;
    const isIn = ((setup?.bmRequestType ?? endpoint) & 0x80) !== 0;
    if (!isIn) return { status, length };
    // A buffer that was detached meanwhile has no room; the bytes are in `data` then.
    if (into === undefined || into.byteLength < length)
      return { status, length, data: join(this.#chunks, length) };
    let offset = 0;
    for (const chunk of this.#chunks) {
      into.set(chunk, offset);
      offset += chunk.byteLength;
    }
    return { status, length };
  }
}

const NOTHING = new Uint8Array(0);

/** One array of its own; a single chunk that is alone in its buffer is handed over without a copy. */
function join(chunks: readonly Uint8Array[], length: number): Uint8Array {
  const [first] = chunks;
  if (first !== undefined && chunks.length === 1)
    return first.byteLength === first.buffer.byteLength ? first : first.slice();
  const whole = new Uint8Array(length);
  let offset = 0;
  for (const chunk of chunks) {
    whole.set(chunk, offset);
    offset += chunk.byteLength;
  }
  return whole;
}
