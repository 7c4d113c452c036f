import type { EndpointLogic } from "../declaration/endpoint.js";
import type { VirtualDevice } from "../device.js";
import { IsoPipe, type Schedule } from "./iso-pipe.js";
import type { IsoTransfer } from "./iso-transfer.js";

const NOTHING = new Uint8Array(0);

/** An isochronous IN endpoint: each period takes one packet of what is queued, or an empty one. */
export class IsoInPipe extends IsoPipe {
  #packets: Uint8Array[] = [];
  #queued = 0;
  readonly #packetSize: number;
  readonly #logic: EndpointLogic;
  readonly #device: VirtualDevice;

  constructor(device: VirtualDevice, logic: EndpointLogic, packetSize: number, schedule: Schedule) {
    super(schedule);
    this.#device = device;
    this.#logic = logic;
    this.#packetSize = packetSize;
  }

  /** Bytes that wait for the host. */
  get queued(): number {
    return this.#queued;
  }

  /** Queues bytes, which belong to the pipe from then on; more than a packet leaves in several periods. */
  push(data: Uint8Array): void {
    const size = this.#packetSize;
    for (let offset = 0; offset === 0 || offset < data.byteLength; offset += size)
      this.#packets.push(data.subarray(offset, offset + size));
    this.#queued += data.byteLength;
  }

  protected override movePacket(transfer: IsoTransfer, length: number): void {
    let packet = this.#packets.shift();
    if (packet === undefined) {
      packet = this.#ask(transfer) ?? NOTHING;
    } else {
      this.#queued -= packet.byteLength;
      if (this.#packets.length === 0) this.#device.wake();
    }
    if (transfer.isSettled) return;
    if (packet.byteLength > length) transfer.arrived("overflow", packet.subarray(0, length));
    else transfer.arrived("completed", packet);
  }

  #ask(transfer: IsoTransfer): Uint8Array | undefined {
    try {
      return this.#logic.provide?.(this.#packetSize, this.#device);
    } catch (error) {
      transfer.fail(error);
      return undefined;
    }
  }
}
