import { type ControlSetup, CTRL_DIR_MASK, CTRL_TYPE_MASK, CTRL_TYPE_STANDARD } from "@tsusb/core/backend";
import type { ControlAnswer } from "../declaration/control.js";
import { ConductedPipe } from "./conducted-pipe.js";
import type { PipeHost } from "./pipe-host.js";
import type { VirtualTransfer } from "./virtual-transfer.js";

/** Gives the answer to a request. */
type Answer = (setup: ControlSetup, data: Uint8Array) => ControlAnswer | Promise<ControlAnswer>;

/** Endpoint 0: one request after the other, each answered at once or when the device's promise settles. */
export class ControlPipe extends ConductedPipe {
  #asked: VirtualTransfer | undefined;
  readonly #answer: Answer;

  constructor(host: PipeHost, answer: Answer) {
    super(host);
    this.#answer = answer;
  }

  protected override advance(transfer: VirtualTransfer): boolean {
    const { setup } = transfer.request;
    if (this.#asked === transfer || setup === undefined) return false;
    this.#asked = transfer;
    try {
      const answer = this.#answer(setup, transfer.data);
      if (!(answer instanceof Promise)) {
        this.#finish(transfer, setup, answer);
        return true;
      }
      // A request that timed out or was cancelled has settled by then, and its late answer is ignored.
      answer.then(
        (late) => this.#finish(transfer, setup, late),
        (error: unknown) => transfer.fail(error),
      );
      return false;
    } catch (error) {
      transfer.fail(error);
      return true;
    }
  }

  /** A sound enumeration is left alone: what goes wrong goes wrong with the device's own requests. */
  protected override isConducted({ request }: VirtualTransfer): boolean {
    return ((request.setup?.bmRequestType ?? 0) & CTRL_TYPE_MASK) !== CTRL_TYPE_STANDARD;
  }

  protected override stall(transfer: VirtualTransfer): void {
    transfer.settle("stall");
  }

  #finish(transfer: VirtualTransfer, setup: ControlSetup, answer: ControlAnswer): void {
    if (transfer.isSettled) return;
    if (answer === "stall") {
      transfer.settle("stall");
      return;
    }
    const isShort = this.takeFault() === "short";
    if ((setup.bmRequestType & CTRL_DIR_MASK) === 0) {
      transfer.length = transfer.data.byteLength;
    } else if (answer !== undefined) {
      const length = Math.min(answer.byteLength, setup.wLength);
      // Copied: a device may answer with bytes that it goes on using.
      transfer.take(answer.slice(0, isShort ? length >> 1 : length));
    }
    transfer.settle("completed");
  }
}
