import {
  type BackendDevice,
  type ControlSetup,
  encodeLangids,
  encodeStringDescriptor,
} from "@tsusb/core/backend";
import type { LoopbackTransfer } from "./transfer.js";

/** Bytes of a packet of the bulk endpoints. */
export const PACKET_SIZE = 64;

const STRINGS = ["", "Acme", "Loopback", "A0001"] as const;
const DEVICE = [18, 1, 0x00, 0x02, 0xff, 0, 0, 64, 0x09, 0x12, 0x06, 0x00, 0x00, 0x01, 1, 2, 3, 1];
const CONFIGURATION = [
  ...[9, 2, 32, 0, 1, 1, 0, 0x80, 50],
  ...[9, 4, 0, 0, 2, 0xff, 0, 0, 0],
  ...[7, 5, 0x81, 2, PACKET_SIZE, 0, 0],
  ...[7, 5, 0x01, 2, PACKET_SIZE, 0, 0],
];

/** A device: what a real backend has a C library, a socket or a serial port for. */
export class LoopbackDevice implements BackendDevice {
  readonly key: string;
  readonly idVendor = 0x1209;
  readonly idProduct = 0x0006;
  readonly manufacturer = STRINGS[1];
  readonly product = STRINGS[2];
  readonly serialNumber = STRINGS[3];
  isPlugged = true;
  configurationValue = 1;
  /** The handle that has claimed interface 0. */
  holder: object | undefined;
  /** Packets that came in on 0x01 and wait to go out on 0x81. */
  readonly packets: Uint8Array[] = [];
  /** Reads of 0x81 that wait for packets, in the order of submission. */
  readonly reads: LoopbackTransfer[] = [];
  #stored = new Uint8Array(0);

  constructor(key: string) {
    this.key = key;
  }

  descriptor(type: number, index: number): Uint8Array | undefined {
    if (type === 1) return Uint8Array.from(DEVICE);
    if (type === 2 && index === 0) return Uint8Array.from(CONFIGURATION);
    if (type === 3 && index === 0) return encodeLangids([0x0409]);
    if (type === 3 && STRINGS[index]) return encodeStringDescriptor(STRINGS[index]);
    return undefined;
  }

  /** Answers a control request: with bytes, with none, or with `undefined`, which is a stall. */
  control(
    { bmRequestType, bRequest, wValue, wLength }: ControlSetup,
    data: Uint8Array,
  ): Uint8Array | undefined {
    const request = (bmRequestType << 8) | bRequest;
    if (request === 0x8006) return this.descriptor(wValue >> 8, wValue & 0xff)?.subarray(0, wLength);
    if (request === 0x8008) return Uint8Array.of(this.configurationValue);
    if ([0x8000, 0x8100, 0x8200].includes(request)) return new Uint8Array(2);
    if (request === 0xc002) return this.#stored.slice(0, wLength);
    if (request !== 0x4001 || data.byteLength > PACKET_SIZE) return undefined;
    this.#stored = Uint8Array.from(data);
    return new Uint8Array(0);
  }

  /** Takes the bytes of one write, packet by packet, and answers the reads that waited for them. */
  receive(data: Uint8Array, zeroPacket: boolean): void {
    const isFull = data.byteLength > 0 && data.byteLength % PACKET_SIZE === 0;
    const end = data.byteLength + (isFull && !zeroPacket ? 0 : 1);
    for (let offset = 0; offset < end; offset += PACKET_SIZE)
      this.packets.push(data.slice(offset, offset + PACKET_SIZE));
    this.send();
  }

  send(): void {
    while (this.reads[0] && this.packets[0]) this.reads[0].take(this.packets.shift() as Uint8Array);
  }
}

let count = 0;
let plugged: LoopbackDevice | undefined = new LoopbackDevice("loopback-0");

export const hardware = {
  list: (): readonly LoopbackDevice[] => (plugged ? [plugged] : []),
  /** A device that comes back is another one: its key was never used before. */
  plug: (): void => {
    plugged ??= new LoopbackDevice(`loopback-${++count}`);
  },
  unplug: (): void => {
    if (plugged) plugged.isPlugged = false;
    for (const read of [...(plugged?.reads ?? [])]) read.end("noDevice");
    plugged = undefined;
  },
};
