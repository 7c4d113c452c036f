import type { Fault } from "../declaration/conduct.js";
import { IsoTransfer } from "./iso-transfer.js";
import { nextTurn } from "./pacer.js";
import { Pipe } from "./pipe.js";
import type { PipeHost } from "./pipe-host.js";
import type { VirtualTransfer } from "./virtual-transfer.js";

/** An isochronous endpoint: one packet each period, whatever the device has to say. */
export abstract class IsoPipe extends Pipe {
  /** Never: isochronous endpoints do not halt (USB 2.0 §9.4.5). */
  halted = false;
  protected readonly host: PipeHost;
  readonly #period: number;
  #due = 0;
  /** The last time that nothing was left to move, until all who were told of it have had their turn. */
  #ranDry: object | undefined;

  /** @param period - Milliseconds from packet to packet. */
  constructor(host: PipeHost, period: number) {
    super();
    this.host = host;
    this.#period = period;
  }

  override submit(transfer: VirtualTransfer): void {
    // Whoever comes to an idle endpoint begins with the next period; the schedule of a busy one has no gaps, nor has
    // that of one who goes on as soon as told that a transfer has ended: it is this clock that was late, not they.
    if (this.waiting.length === 0 && this.#ranDry === undefined)
      this.#due = Math.max(this.#due, this.#nextPeriod());
    super.submit(transfer);
  }

  protected override advance(transfer: VirtualTransfer): boolean {
    if (!(transfer instanceof IsoTransfer)) return false;
    const { clock, conduct } = this.host;
    const now = clock.now();
    while (transfer.nextLength !== undefined && !transfer.isSettled) {
      if (this.#due > now) {
        clock.wake(this, this.#due);
        return false;
      }
      this.#due += this.#period;
      const fault = conduct?.fault();
      if (fault === "unplug") this.host.unplug();
      else this.movePacket(transfer, fault);
    }
    transfer.settle("completed");
    if (this.waiting.length === 0) this.#noteDry();
    return true;
  }

  /** Moves the next packet of a transfer. */
  protected abstract movePacket(transfer: IsoTransfer, fault: Fault | undefined): void;

  #noteDry(): void {
    const dry = {};
    this.#ranDry = dry;
    // After the turn in which the pacer tells what it put off.
    const turn = nextTurn(() => {
      if (this.#ranDry === dry) this.#ranDry = undefined;
    });
    if (typeof turn === "object") turn.unref?.();
  }

  /** A packet is there when its period has ended. */
  #nextPeriod(): number {
    return (Math.floor(this.host.clock.now() / this.#period) + 1) * this.#period;
  }
}
