import type { TransferStatus } from "@tsusb/core/backend";
import { MessageSource } from "../behaviour/message-source.js";
import type { EndpointLogic } from "../declaration/endpoint.js";
import { ConductedPipe } from "./conducted-pipe.js";
import type { PipeHost } from "./pipe-host.js";
import type { VirtualTransfer } from "./virtual-transfer.js";

/** What the device has ready to send; it leaves in packets, and a short or zero-length one ends the host's transfer. */
interface Message {
  data: Uint8Array;
  offset: number;
  zeroPacket: boolean;
  /** Stands for no bytes but for a halt when its turn comes. */
  readonly halts: boolean;
}

const NOTHING = new Uint8Array(0);

/** An IN endpoint. */
export class InPipe extends ConductedPipe {
  #halted = false;
  #messages: Message[] = [];
  #queued = 0;
  readonly #packetSize: number;
  readonly #endsWithZeroPacket: boolean;
  readonly #source: MessageSource;

  constructor(host: PipeHost, logic: EndpointLogic, packetSize: number) {
    super(host);
    this.#packetSize = packetSize;
    this.#endsWithZeroPacket = logic.zeroPacket ?? false;
    this.#source = new MessageSource(host.device, logic, {
      give: (data) => this.push(data, false),
      stall: () => {
        this.halted = true;
      },
      fail: (error) => this.failFirst(error),
    });
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
    const { byteLength } = data;
    this.#queued += byteLength;
    const ends = zeroPacket || this.#endsWithZeroPacket || byteLength === 0;
    this.#messages.push({ data, offset: 0, zeroPacket: ends, halts: false });
    this.move();
  }

  /** Halts the endpoint when all that is queued has been sent. */
  haltAfterQueued(): void {
    this.#messages.push({ data: NOTHING, offset: 0, zeroPacket: false, halts: true });
    this.move();
  }

  /** Drops what waits for the host. */
  flush(): void {
    this.#messages = [];
    this.#queued = 0;
  }

  override end(status: TransferStatus): void {
    this.#source.close();
    super.end(status);
  }

  protected override advance(transfer: VirtualTransfer): boolean {
    if (this.#halted) {
      transfer.settle("stall");
      return true;
    }
    const room = transfer.capacity - transfer.length;
    const message = this.#messages[0] ?? this.#ask(room);
    if (message === undefined || transfer.isSettled) return false;
    if (message.halts) {
      this.#messages.shift();
      this.#halted = true;
      transfer.settle("stall");
      return true;
    }
    if (this.#suffers(transfer, message, room)) return true;
    const left = message.data.byteLength - message.offset;
    const count = Math.min(left, room);
    transfer.take(message.data.subarray(message.offset, message.offset + count));
    this.#consume(message, count);
    if (count < left) this.#fill(transfer, message, room);
    else this.#finish(transfer, message, left, room);
    return true;
  }

  protected override isConducted(): boolean {
    return !this.#halted;
  }

  protected override stall(): void {
    this.halted = true;
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

  /** Does what goes wrong with a message. @returns Whether that was all for now. */
  #suffers(transfer: VirtualTransfer, message: Message, room: number): boolean {
    const fault = this.takeFault();
    if (fault === undefined) return false;
    const left = message.data.byteLength - message.offset;
    if (fault === "short") {
      const end = message.offset + (left >> 1);
      this.#queued -= message.data.byteLength - end;
      message.data = message.data.subarray(0, end);
      message.zeroPacket = end % this.#packetSize === 0;
      return false;
    }
    if (fault === "overflow")
      transfer.take(message.data.subarray(message.offset, message.offset + Math.min(left, room)));
    this.#consume(message, left);
    this.#drop();
    if (fault === "overflow") transfer.settle("overflow");
    return true;
  }

  #ask(room: number): Message | undefined {
    const packets = Math.max(1, Math.ceil(room / this.#packetSize));
    this.#source.ask(packets * this.#packetSize);
    return this.#messages[0];
  }

  #consume(message: Message, count: number): void {
    message.offset += count;
    this.#queued -= count;
  }

  #drop(): void {
    this.#messages.shift();
    if (this.#messages.length === 0) this.host.device.wake();
  }
}
