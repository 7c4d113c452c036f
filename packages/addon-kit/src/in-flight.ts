/** A transfer, as {@link InFlight} keeps it. */
export interface InFlightTransfer {
  /** Where it is kept: {@link InFlight}'s own. */
  inFlightAt: number;
  cancel(): void;
  /** Settles it although the C library has not given it back. */
  abandon(): void;
}

/** Milliseconds that a close waits for cancelled transfers; longer than any host controller takes. */
const PATIENCE = 5000;

/**
 * The transfers of a handle that are under way, in no order.
 *
 * Each knows its own place: a `Set` makes a hash for every new transfer, which took a tenth of what JS does for one.
 */
export class InFlight {
  readonly #transfers: InFlightTransfer[] = [];
  #drained: (() => void) | undefined;

  /** Keeps one that was submitted. */
  add(transfer: InFlightTransfer): void {
    transfer.inFlightAt = this.#transfers.length;
    this.#transfers.push(transfer);
  }

  /** Lets go of one that has ended. */
  delete(transfer: InFlightTransfer): void {
    const last = this.#transfers.pop() as InFlightTransfer;
    if (last !== transfer) {
      this.#transfers[transfer.inFlightAt] = last;
      last.inFlightAt = transfer.inFlightAt;
    }
    if (this.#transfers.length === 0) this.#drained?.();
  }

  /** Asks the C library to end each. */
  cancel(): void {
    for (const transfer of this.#transfers) transfer.cancel();
  }

  /** Waits until each has ended; those that the C library does not give back are abandoned. */
  async drain(): Promise<void> {
    if (this.#transfers.length === 0) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, PATIENCE);
      this.#drained = () => {
        clearTimeout(timer);
        resolve();
      };
    });
    // Their promises must not stay pending.
    for (const transfer of [...this.#transfers]) transfer.abandon();
  }
}
