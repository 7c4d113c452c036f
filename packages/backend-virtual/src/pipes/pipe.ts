import type { TransferStatus } from "@tsusb/core/backend";
import type { VirtualTransfer } from "./virtual-transfer.js";

/** The transfers of one endpoint, in order; what an answer is, the kinds of pipe tell. */
export abstract class Pipe {
  protected readonly waiting: VirtualTransfer[] = [];
  #moving = false;
  #again = false;

  /** Puts a transfer at the end and moves what can be moved. */
  submit(transfer: VirtualTransfer): void {
    this.waiting.push(transfer);
    this.move();
  }

  /** Takes a transfer out that has settled. */
  forget(transfer: VirtualTransfer): void {
    const index = this.waiting.indexOf(transfer);
    if (index < 0) return;
    if (index > 0) {
      this.waiting.splice(index, 1);
      return;
    }
    this.waiting.shift();
    this.move();
  }

  /** Ends everything that waits. The pipe is not used any more, but for an endpoint 0 that goes on after a reset. */
  end(status: TransferStatus): void {
    for (const transfer of this.waiting.splice(0)) transfer.settle(status);
  }

  /** Moves bytes as far as device and host are ready. A call from within itself makes it go round once more. */
  move(): void {
    if (this.waiting.length === 0) return;
    this.#again = true;
    if (this.#moving) return;
    this.#moving = true;
    try {
      while (this.#again) {
        this.#again = false;
        let first = this.waiting[0];
        while (first !== undefined && this.mayAdvance(first) && this.advance(first)) first = this.waiting[0];
      }
    } finally {
      this.#moving = false;
    }
  }

  /** Fails the first transfer with what the device's code threw. @returns Whether there was one. */
  protected failFirst(error: unknown): boolean {
    const [first] = this.waiting;
    first?.fail(error);
    return first !== undefined;
  }

  /** Whether the first transfer is answered now. */
  protected mayAdvance(_transfer: VirtualTransfer): boolean {
    return true;
  }

  /** Does what can be done for the first transfer. @returns Whether the next one may follow. */
  protected abstract advance(transfer: VirtualTransfer): boolean;
}
