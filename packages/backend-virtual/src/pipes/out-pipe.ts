import type { EndpointLogic } from "../declaration/endpoint.js";
import type { VirtualDevice } from "../device.js";
import { Pipe } from "./pipe.js";
import type { VirtualTransfer } from "./virtual-transfer.js";

const ZERO_PACKET = new Uint8Array(0);

/** An OUT endpoint. */
export class OutPipe extends Pipe {
  #halted = false;
  readonly #packetSize: number;
  readonly #logic: EndpointLogic;
  readonly #device: VirtualDevice;

  constructor(device: VirtualDevice, logic: EndpointLogic, packetSize: number) {
    super();
    this.#device = device;
    this.#logic = logic;
    this.#packetSize = packetSize;
  }

  get halted(): boolean {
    return this.#halted;
  }

  set halted(halted: boolean) {
    this.#halted = halted;
    this.move();
  }

  protected override advance(transfer: VirtualTransfer): boolean {
    if (this.#halted) {
      transfer.settle("stall");
      return true;
    }
    const { receive } = this.#logic;
    if (receive === undefined) return false;
    const { data, request } = transfer;
    const rest = transfer.length === 0 ? data : data.subarray(transfer.length);
    try {
      const taken = receive(rest, this.#device) ?? rest.byteLength;
      transfer.length += Math.min(Math.max(taken, 0), rest.byteLength);
      if (transfer.length < data.byteLength) return false;
      const endsOnBoundary = data.byteLength > 0 && data.byteLength % this.#packetSize === 0;
      if (request.zeroPacket && endsOnBoundary) receive(ZERO_PACKET, this.#device);
    } catch (error) {
      transfer.fail(error);
      return true;
    }
    transfer.settle("completed");
    return true;
  }
}
