import type { ControlSetup } from "@tsusb/core/backend";
import type { ControlAnswer } from "../declaration/control.js";
import { Pipe } from "./pipe.js";
import type { VirtualTransfer } from "./virtual-transfer.js";

/** Endpoint 0: one request after the other, each answered at once or when the device's promise settles. */
export class ControlPipe extends Pipe {
  #asked: VirtualTransfer | undefined;
  readonly #answer: (setup: ControlSetup, data: Uint8Array) => ControlAnswer | Promise<ControlAnswer>;

  constructor(answer: (setup: ControlSetup, data: Uint8Array) => ControlAnswer | Promise<ControlAnswer>) {
    super();
    this.#answer = answer;
  }

  protected override advance(transfer: VirtualTransfer): boolean {
    const { setup } = transfer.request;
    if (this.#asked === transfer || setup === undefined) return false;
    this.#asked = transfer;
    try {
      const answer = this.#answer(setup, transfer.data);
      if (!(answer instanceof Promise)) {
        finish(transfer, setup, answer);
        return true;
      }
      // A request that timed out or was cancelled has settled by then, and its late answer is ignored.
      answer.then(
        (late) => finish(transfer, setup, late),
        (error: unknown) => transfer.fail(error),
      );
      return false;
    } catch (error) {
      transfer.fail(error);
      return true;
    }
  }
}

function finish(transfer: VirtualTransfer, setup: ControlSetup, answer: ControlAnswer): void {
  if (answer === "stall") {
    transfer.settle("stall");
    return;
  }
  if ((setup.bmRequestType & 0x80) === 0) transfer.length = transfer.data.byteLength;
  // Copied: a device may answer with bytes that it goes on using.
  else if (answer !== undefined) transfer.take(answer.slice(0, setup.wLength));
  transfer.settle("completed");
}
