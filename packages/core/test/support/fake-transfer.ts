import type {
  BackendHandle,
  IsoPacket,
  Submission,
  TransferRequest,
  TransferResult,
  TransferStatus,
} from "@tsusb/core/backend";

/** How a transfer of the fake backend ends. */
export interface Outcome {
  readonly status?: TransferStatus;
  /** IN: what arrived. */
  readonly bytes?: Iterable<number>;
  /** OUT: how many went; default all. */
  readonly length?: number;
  readonly packets?: readonly IsoPacket[];
  readonly backendErrorCode?: number;
}

/** A transfer that the fake backend was given; it ends when a test says so. */
export class FakeTransfer implements Submission {
  readonly handle: BackendHandle;
  readonly request: TransferRequest;
  /** OUT: the bytes, as they were when the transfer was submitted. */
  readonly sent: Uint8Array | undefined;
  readonly done: Promise<TransferResult>;
  /** How often it was asked to end early. */
  cancels = 0;
  settled = false;
  /** Called by {@link cancel}; by default the transfer then ends as `cancelled`. */
  onCancel: () => void = () => this.settle({ status: "cancelled", length: 0 });
  #resolve!: (result: TransferResult) => void;
  #reject!: (error: unknown) => void;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(handle: BackendHandle, request: TransferRequest) {
    this.handle = handle;
    this.request = request;
    this.sent = request.data?.slice();
    this.done = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    if (request.timeout > 0) {
      this.#timer = setTimeout(() => this.settle({ status: "timedOut", length: 0 }), request.timeout);
    }
  }

  cancel(): void {
    this.cancels++;
    if (!this.settled) this.onCancel();
  }

  /** Ends it. Later calls do nothing. */
  settle(outcome: Outcome = {}): void {
    if (!this.#end()) return;
    const { status = "completed", packets, backendErrorCode } = outcome;
    const bytes = Uint8Array.from(outcome.bytes ?? []);
    const out = this.request.data !== undefined;
    const length = outcome.length ?? (out ? this.request.data.length : lengthOf(bytes, packets));
    const common = {
      status,
      length,
      ...(packets && { packets }),
      ...(backendErrorCode && { backendErrorCode }),
    };
    const { into } = this.request;
    if (out) this.#resolve(common);
    else if (into && into.length >= bytes.length) {
      into.set(bytes);
      this.#resolve(common);
    } else this.#resolve({ ...common, data: bytes });
  }

  /** Refuses it, as if nothing had been submitted. */
  refuse(error: unknown): void {
    if (this.#end()) this.#reject(error);
  }

  #end(): boolean {
    clearTimeout(this.#timer);
    const first = !this.settled;
    this.settled = true;
    return first;
  }
}

function lengthOf(bytes: Uint8Array, packets: readonly IsoPacket[] | undefined): number {
  return packets ? packets.reduce((sum, { length }) => sum + length, 0) : bytes.length;
}
