import type { TransferStatus } from "@tsusb/core/backend";
import type { Conduct } from "../behaviour/conduct.js";
import type { Fault } from "../declaration/conduct.js";
import { Pipe } from "./pipe.js";
import type { PipeHost } from "./pipe-host.js";
import type { VirtualTransfer } from "./virtual-transfer.js";

/** A pipe whose transfers may be late or go wrong, each as the endpoint's conduct says when its turn comes. */
export abstract class ConductedPipe extends Pipe {
  protected readonly host: PipeHost;
  #begun: VirtualTransfer | undefined;
  #fault: Fault | undefined;
  #latency: ReturnType<typeof setTimeout> | undefined;

  constructor(host: PipeHost) {
    super();
    this.host = host;
  }

  override end(status: TransferStatus): void {
    clearTimeout(this.#latency);
    super.end(status);
  }

  protected override mayAdvance(transfer: VirtualTransfer): boolean {
    const { conduct } = this.host;
    if (conduct === undefined || !this.isConducted(transfer)) return true;
    if (this.#begun !== transfer) this.#begin(transfer, conduct);
    return this.#latency === undefined && !transfer.isSettled && this.#survives(transfer);
  }

  /** Whether latency and faults are for this transfer. */
  protected abstract isConducted(transfer: VirtualTransfer): boolean;

  /** Answers STALL. */
  protected abstract stall(transfer: VirtualTransfer): void;

  /** Gives the fault that the next message of the first transfer suffers, once. */
  protected takeFault(): Fault | undefined {
    const fault = this.#fault;
    this.#fault = undefined;
    return fault;
  }

  #begin(transfer: VirtualTransfer, conduct: Conduct): void {
    this.#begun = transfer;
    clearTimeout(this.#latency);
    this.#latency = undefined;
    this.#fault = conduct.fault();
    try {
      const delay = conduct.delay();
      if (delay > 0) this.#wait(delay);
    } catch (error) {
      transfer.fail(error);
    }
  }

  #wait(delay: number): void {
    this.#latency = setTimeout(() => {
      this.#latency = undefined;
      this.move();
    }, Math.ceil(delay));
  }

  /** Does what goes wrong before a byte moves; what goes wrong with a message is left to the pipe. */
  #survives(transfer: VirtualTransfer): boolean {
    switch (this.#fault) {
      case "timeout":
        return false;
      case "stall":
        this.#fault = undefined;
        this.stall(transfer);
        return false;
      case "error":
        this.#fault = undefined;
        transfer.settle("error");
        return false;
      case "unplug":
        this.#fault = undefined;
        this.host.unplug();
        return false;
      default:
        return true;
    }
  }
}
