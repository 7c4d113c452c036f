import type { TransferStatus } from "@tsusb/core/backend";
import { MessageSource } from "../behaviour/message-source.js";
import type { Fault } from "../declaration/conduct.js";
import type { EndpointLogic } from "../declaration/endpoint.js";
import { IsoPipe } from "./iso-pipe.js";
import type { IsoTransfer } from "./iso-transfer.js";
import type { PipeHost } from "./pipe-host.js";

const NOTHING = new Uint8Array(0);

/** An isochronous IN endpoint: each period takes one packet of what is queued, or an empty one. */
export class IsoInPipe extends IsoPipe {
  /** What is ready to send; `undefined` is a packet that fails. */
  #packets: (Uint8Array | undefined)[] = [];
  #queued = 0;
  readonly #packetSize: number;
  readonly #source: MessageSource;

  constructor(host: PipeHost, logic: EndpointLogic, packetSize: number, period: number) {
    super(host, period);
    this.#packetSize = packetSize;
    this.#source = new MessageSource(host.device, logic, {
      // One that is too long for a packet is a device that says too much.
      give: (data) => this.#add(data),
      stall: () => this.#packets.push(undefined),
      fail: (error) => this.failFirst(error),
    });
  }

  /** Bytes that wait for the host. */
  get queued(): number {
    return this.#queued;
  }

  /** Queues bytes, which belong to the pipe from then on; more than a packet leaves in several periods. */
  push(data: Uint8Array): void {
    const size = this.#packetSize;
    for (let offset = 0; offset === 0 || offset < data.byteLength; offset += size)
      this.#add(data.subarray(offset, offset + size));
  }

  /** Drops what waits for the host. */
  flush(): void {
    this.#packets = [];
    this.#queued = 0;
  }

  override end(status: TransferStatus): void {
    this.#source.close();
    super.end(status);
  }

  protected override movePacket(transfer: IsoTransfer, fault: Fault | undefined): void {
    if (fault === "error") {
      transfer.arrived("error", NOTHING);
      return;
    }
    if (fault === "drop") this.#next();
    const room = transfer.nextLength ?? 0;
    const packet = this.#next();
    if (transfer.isSettled) return;
    if (packet === undefined) transfer.arrived("error", NOTHING);
    else if (packet.byteLength > room || fault === "overflow")
      transfer.arrived("overflow", packet.subarray(0, room));
    else
      transfer.arrived("completed", fault === "short" ? packet.subarray(0, packet.byteLength >> 1) : packet);
  }

  #add(packet: Uint8Array): void {
    this.#packets.push(packet);
    this.#queued += packet.byteLength;
  }

  /** Takes the next packet out of the queue; an empty one if the device has none now. */
  #next(): Uint8Array | undefined {
    if (this.#packets.length === 0) this.#source.ask(this.#packetSize);
    if (this.#packets.length === 0) return NOTHING;
    const packet = this.#packets.shift();
    this.#queued -= packet?.byteLength ?? 0;
    if (this.#packets.length === 0) this.host.device.wake();
    return packet;
  }
}
