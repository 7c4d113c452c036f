import { receiverOf } from "../behaviour/receiver.js";
import type { EndpointLogic, ReceiveHandler } from "../declaration/endpoint.js";
import { ConductedPipe } from "./conducted-pipe.js";
import type { PipeHost } from "./pipe-host.js";
import type { VirtualTransfer } from "./virtual-transfer.js";

const ZERO_PACKET = new Uint8Array(0);

/** An OUT endpoint. */
export class OutPipe extends ConductedPipe {
  #halted = false;
  /** The device's code is at work on what it was given. */
  #isBusy = false;
  readonly #packetSize: number;
  readonly #receive: ReceiveHandler | undefined;

  constructor(host: PipeHost, logic: EndpointLogic, packetSize: number) {
    super(host);
    this.#packetSize = packetSize;
    this.#receive = receiverOf(host.endpoint, logic);
  }

  get halted(): boolean {
    return this.#halted;
  }

  set halted(halted: boolean) {
    this.#halted = halted;
    this.move();
  }

  override forget(transfer: VirtualTransfer): void {
    if (transfer.length > 0 || transfer.isComplete)
      this.host.records.addWrite(this.host.endpoint, transfer.data.subarray(0, transfer.length));
    super.forget(transfer);
  }

  protected override advance(transfer: VirtualTransfer): boolean {
    if (this.#halted) {
      transfer.settle("stall");
      return true;
    }
    if (this.#isBusy) return false;
    const { data } = transfer;
    if (this.takeFault() === "drop") {
      transfer.length = data.byteLength;
      transfer.settle("completed");
      return true;
    }
    if (this.#receive === undefined) return false;
    const rest = transfer.length === 0 ? data : data.subarray(transfer.length);
    try {
      const taken = this.#receive(rest, this.host.device);
      if (!(taken instanceof Promise)) return this.#took(transfer, taken, rest.byteLength);
      this.#await(transfer, taken, rest.byteLength);
      return false;
    } catch (error) {
      transfer.fail(error);
      return true;
    }
  }

  protected override isConducted(): boolean {
    return !this.#halted;
  }

  protected override stall(): void {
    this.halted = true;
  }

  #took(transfer: VirtualTransfer, taken: number | undefined, offered: number): boolean {
    transfer.length += Math.min(Math.max(taken ?? offered, 0), offered);
    const { data, request } = transfer;
    if (transfer.length < data.byteLength) return false;
    const endsOnBoundary = data.byteLength > 0 && data.byteLength % this.#packetSize === 0;
    if (request.zeroPacket && endsOnBoundary) this.#receive?.(ZERO_PACKET, this.host.device);
    transfer.settle("completed");
    return true;
  }

  /** Until the device's code is done, it gets nothing more; a host that has gone meanwhile changes nothing of that. */
  #await(transfer: VirtualTransfer, taking: Promise<number | undefined>, offered: number): void {
    this.#isBusy = true;
    taking.then(
      (taken) => {
        this.#isBusy = false;
        if (!transfer.isSettled) this.#took(transfer, taken, offered);
        this.move();
      },
      (error: unknown) => {
        this.#isBusy = false;
        transfer.fail(error);
        this.move();
      },
    );
  }
}
