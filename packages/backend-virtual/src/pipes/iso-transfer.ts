import type { IsoPacket, TransferRequest, TransferResult, TransferStatus } from "@tsusb/core/backend";
import type { Pacer } from "./pacer.js";
import { VirtualTransfer } from "./virtual-transfer.js";

/** An isochronous transfer in flight: its packets, one after the other. */
export class IsoTransfer extends VirtualTransfer {
  readonly #lengths: readonly number[];
  readonly #packets: IsoPacket[] = [];
  /** IN: what arrived, each packet at its place. */
  readonly #arrived: Uint8Array;
  #offset = 0;

  constructor(request: TransferRequest, pacer: Pacer, pending: Set<VirtualTransfer>) {
    super(request, pacer, pending);
    this.#lengths = request.packetLengths ?? [Math.max(this.capacity, this.data.byteLength)];
    const isIn = request.endpoint >= 0x80;
    this.#arrived = new Uint8Array(isIn ? this.#lengths.reduce((sum, length) => sum + length, 0) : 0);
  }

  /** Most bytes of the next packet; `undefined` if there is none. */
  get nextLength(): number | undefined {
    return this.#lengths[this.#packets.length];
  }

  /** OUT: the bytes of the next packet, which belong to the device. */
  get nextData(): Uint8Array {
    return this.data.subarray(this.#offset, this.#offset + (this.nextLength ?? 0));
  }

  /** OUT: ends the next packet. */
  sent(status: TransferStatus): void {
    this.#end(status, status === "completed" ? this.nextData.byteLength : 0);
  }

  /** IN: ends the next packet with what arrived, which fits. */
  arrived(status: TransferStatus, bytes: Uint8Array): void {
    this.#arrived.set(bytes, this.#offset);
    this.#end(status, bytes.byteLength);
  }

  protected override result(status: TransferStatus): TransferResult {
    while (this.nextLength !== undefined) this.#end(status, 0);
    const packets = this.#packets;
    const { length } = this;
    if (this.request.endpoint < 0x80) return { status, length, packets };
    const { into } = this.request;
    if (into === undefined || into.byteLength < this.#arrived.byteLength)
      return { status, length, packets, data: this.#arrived };
    for (const packet of packets)
      into.set(this.#arrived.subarray(packet.offset, packet.offset + packet.length), packet.offset);
    return { status, length, packets };
  }

  #end(status: TransferStatus, length: number): void {
    const room = this.nextLength ?? 0;
    this.#packets.push({ status, offset: this.#offset, length });
    this.#offset += room;
    this.length += length;
  }
}
