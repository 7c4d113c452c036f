import type { FrameClock } from "./frame-clock.js";
import { IsoTransfer } from "./iso-transfer.js";
import { Pipe } from "./pipe.js";
import type { VirtualTransfer } from "./virtual-transfer.js";

/** What an isochronous pipe knows of its schedule. */
export interface Schedule {
  readonly clock: FrameClock;
  /** Milliseconds from packet to packet. */
  readonly period: number;
}

/** An isochronous endpoint: one packet each period, whatever the device has to say. */
export abstract class IsoPipe extends Pipe {
  /** Never: isochronous endpoints do not halt (USB 2.0 §9.4.5). */
  halted = false;
  readonly #schedule: Schedule;
  #due = 0;

  constructor(schedule: Schedule) {
    super();
    this.#schedule = schedule;
  }

  override submit(transfer: VirtualTransfer): void {
    // Whoever comes to an idle endpoint begins with the next period; the schedule of a busy one has no gaps.
    if (this.waiting.length === 0) this.#due = Math.max(this.#due, this.#nextPeriod());
    super.submit(transfer);
  }

  protected override advance(transfer: VirtualTransfer): boolean {
    if (!(transfer instanceof IsoTransfer)) return false;
    const { clock, period } = this.#schedule;
    const now = clock.now();
    while (transfer.nextLength !== undefined && !transfer.isSettled) {
      if (this.#due > now) {
        clock.wake(this, this.#due);
        return false;
      }
      this.#due += period;
      this.movePacket(transfer, transfer.nextLength);
    }
    transfer.settle("completed");
    return true;
  }

  /** Moves one packet of at most `length` bytes. */
  protected abstract movePacket(transfer: IsoTransfer, length: number): void;

  /** A packet is there when its period has ended. */
  #nextPeriod(): number {
    const { clock, period } = this.#schedule;
    return (Math.floor(clock.now() / period) + 1) * period;
  }
}
