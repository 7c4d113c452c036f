import type { EndpointLogic } from "../declaration/endpoint.js";
import type { VirtualDevice } from "../device.js";
import { Pipe } from "./pipe.js";
import type { VirtualTransfer } from "./virtual-transfer.js";

/** What the device has ready to send; it leaves in packets, and a short or zero-length one ends the host's transfer. */
interface Message {
  readonly data: Uint8Array;
  offset: number;
  zeroPacket: boolean;
}

/** An IN endpoint. */
export class InPipe extends Pipe {
  #halted = false;
  #messages: Message[] = [];
  #queued = 0;
  readonly #packetSize: number;
  readonly #logic: EndpointLogic;
  readonly #device: VirtualDevice;

  constructor(device: VirtualDevice, logic: EndpointLogic, packetSize: number) {
    super();
    this.#device = device;
    this.#logic = logic;
    this.#packetSize = packetSize;
  }

  /** Bytes that wait for the host. */
  get queued(): number {
    return this.#queued;
  }

  get halted(): boolean {
    return this.#halted;
  }

  set halted(halted: boolean) {
    this.#halted = halted;
    this.move();
  }

  /** Queues bytes, which belong to the pipe from then on. */
  push(data: Uint8Array, zeroPacket: boolean): void {
    this.#queued += data.byteLength;
    this.#messages.push({ data, offset: 0, zeroPacket: zeroPacket || data.byteLength === 0 });
    this.move();
  }

  /** Drops what waits for the host. */
  flush(): void {
    this.#messages = [];
    this.#queued = 0;
  }

  protected override advance(transfer: VirtualTransfer): boolean {
    if (this.#halted) {
      transfer.settle("stall");
      return true;
    }
    const room = transfer.capacity - transfer.length;
    const message = this.#messages[0] ?? this.#ask(transfer, room);
    if (message === undefined) return false;
    const left = message.data.byteLength - message.offset;
    const count = Math.min(left, room);
    transfer.take(message.data.subarray(message.offset, message.offset + count));
    this.#consume(message, count);
    if (count < left) this.#fill(transfer, message, room);
    else this.#finish(transfer, message, left, room);
    return true;
  }

  /** The host takes no more, and the device has more to send. */
  #fill(transfer: VirtualTransfer, message: Message, room: number): void {
    const sent = message.offset % this.#packetSize;
    if (sent === 0 && room > 0) {
      transfer.settle("completed");
      return;
    }
    // The packet does not fit. It has left the device, so its end is lost.
    this.#consume(message, Math.min(this.#packetSize - sent, message.data.byteLength - message.offset));
    if (message.offset === message.data.byteLength) this.#drop();
    transfer.settle("overflow");
  }

  /** All of the message has been sent: its last packet may have ended the transfer. */
  #finish(transfer: VirtualTransfer, message: Message, left: number, room: number): void {
    const isShort = message.data.byteLength % this.#packetSize !== 0;
    const isZeroPacket = left === 0;
    const isFull = left === room && room > 0;
    // A zero-length packet that follows stays for whoever reads next.
    if (isShort || isZeroPacket || !message.zeroPacket) this.#drop();
    if (isShort || isZeroPacket || isFull) transfer.settle("completed");
  }

  #ask(transfer: VirtualTransfer, room: number): Message | undefined {
    if (this.#logic.provide === undefined) return undefined;
    const packets = Math.max(1, Math.ceil(room / this.#packetSize));
    try {
      const data = this.#logic.provide(packets * this.#packetSize, this.#device);
      if (data === undefined) return this.#messages[0];
      this.#queued += data.byteLength;
      const message = { data, offset: 0, zeroPacket: data.byteLength === 0 };
      this.#messages.push(message);
    } catch (error) {
      transfer.fail(error);
      return undefined;
    }
    return this.#messages[0];
  }

  #consume(message: Message, count: number): void {
    message.offset += count;
    this.#queued -= count;
  }

  #drop(): void {
    this.#messages.shift();
    if (this.#messages.length === 0) this.#device.wake();
  }
}
