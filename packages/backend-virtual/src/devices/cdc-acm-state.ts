import type { ControlSetup } from "@tsusb/core/backend";
import type { ControlAnswer } from "../declaration/control.js";
import type { CdcAcmPortOptions, ControlLines, LineCoding, SerialState } from "./cdc-acm-port.js";

/** `bInterfaceNumber` of the communication interface. */
export const COMMUNICATION = 0;

// Class requests and notifications. Source: USB CDC PSTN 1.2, Tables 13 and 30.
const SET_LINE_CODING = 0x20;
const GET_LINE_CODING = 0x21;
const SET_CONTROL_LINE_STATE = 0x22;
const SEND_BREAK = 0x23;
const SERIAL_STATE = 0x20;
const GET = 0xa1;
const SET = 0x21;

interface Outgoing {
  readonly chunk: Uint8Array;
  readonly taken: () => void;
}

/** What a port remembers, and how it answers class requests. */
export class PortState {
  coding: LineCoding = RESET_CODING;
  lines: ControlLines = { dtr: false, rts: false };
  readonly incoming = new TransformStream<Uint8Array, Uint8Array>();
  readonly outgoing: Outgoing[] = [];
  readonly #options: CdcAcmPortOptions;

  constructor(options: CdcAcmPortOptions) {
    this.#options = options;
  }

  reset(): void {
    this.coding = RESET_CODING;
    this.lines = { dtr: false, rts: false };
  }

  take(): Uint8Array | undefined {
    const next = this.outgoing.shift();
    next?.taken();
    return next?.chunk;
  }

  answer({ bmRequestType, bRequest, wValue, wIndex }: ControlSetup, data: Uint8Array): ControlAnswer {
    if (wIndex !== COMMUNICATION) return "stall";
    switch ((bmRequestType << 8) | bRequest) {
      case (SET << 8) | SET_LINE_CODING:
        if (data.byteLength !== LINE_CODING_SIZE) return "stall";
        this.coding = parseCoding(data);
        this.#options.onLineCoding?.(this.coding);
        return undefined;
      case (GET << 8) | GET_LINE_CODING:
        return encodeCoding(this.coding);
      case (SET << 8) | SET_CONTROL_LINE_STATE:
        this.lines = { dtr: (wValue & 1) !== 0, rts: (wValue & 2) !== 0 };
        this.#options.onControlLines?.(this.lines);
        return undefined;
      case (SET << 8) | SEND_BREAK:
        this.#options.onBreak?.(wValue);
        return undefined;
      default:
        return "stall";
    }
  }
}

const LINE_CODING_SIZE = 7;
const RESET_CODING: LineCoding = { dwDTERate: 115_200, bCharFormat: 0, bParityType: 0, bDataBits: 8 };

function parseCoding(data: Uint8Array): LineCoding {
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  return {
    dwDTERate: view.getUint32(0, true),
    bCharFormat: view.getUint8(4),
    bParityType: view.getUint8(5),
    bDataBits: view.getUint8(6),
  };
}

function encodeCoding({ dwDTERate, bCharFormat, bParityType, bDataBits }: LineCoding): Uint8Array {
  const data = new Uint8Array(LINE_CODING_SIZE);
  new DataView(data.buffer).setUint32(0, dwDTERate, true);
  data.set([bCharFormat, bParityType, bDataBits], 4);
  return data;
}

/** Makes the notification SERIAL_STATE. Source: USB CDC PSTN 1.2 §6.5.4. */
export function serialStateNotification(state: SerialState): Uint8Array {
  const { dcd, dsr, break: isBreak, ring, framing, parity, overrun } = state;
  const bits = [dcd, dsr, isBreak, ring, framing, parity, overrun];
  const value = bits.reduce((sum, isSet, bit) => sum | (isSet ? 1 << bit : 0), 0);
  return Uint8Array.of(GET, SERIAL_STATE, 0, 0, COMMUNICATION, 0, 2, 0, value, 0);
}
