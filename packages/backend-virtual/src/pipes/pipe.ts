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

  /** Ends everything that waits, and the pipe itself. */
  end(status: TransferStatus): void {
    for (const transfer of this.waiting.splice(0)) transfer.settle(status);
  }

  /** Moves bytes as far as device and host are ready. A call from within itself makes it go round once more. */
  move(): void {
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

  /** Whether the first transfer is answered now. */
  protected mayAdvance(_transfer: VirtualTransfer): boolean {
    return true;
  }

  /** Does what can be done for the first transfer. @returns Whether the next one may follow. */
  protected abstract advance(transfer: VirtualTransfer): boolean;
}
