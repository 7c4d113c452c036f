import { CLASS_COMM, CLASS_DATA, CLASS_MISCELLANEOUS, type ControlSetup } from "@tsusb/core/backend";
import type { ControlAnswer } from "../declaration/control.js";
import type { DeviceDeclaration } from "../declaration/declaration.js";
import { VirtualDevice } from "../device.js";

const COMMUNICATION = 0;
const DATA = 1;
const FROM_HOST = 0x01;
const TO_HOST = 0x81;
const NOTIFICATIONS = 0x82;

// Class requests and notifications. Source: USB CDC PSTN 1.2, Tables 13 and 30.
const SET_LINE_CODING = 0x20;
const GET_LINE_CODING = 0x21;
const SET_CONTROL_LINE_STATE = 0x22;
const SEND_BREAK = 0x23;
const SERIAL_STATE = 0x20;
const GET = 0xa1;
const SET = 0x21;

/** Functional descriptors. Source: USB CDC 1.2 §5.2.3; USB CDC PSTN 1.2 §5.3.1, §5.3.2. */
const FUNCTIONAL = [
  // Header: CDC 1.10.
  Uint8Array.of(5, 0x24, 0x00, 0x10, 0x01),
  // Call management: none.
  Uint8Array.of(5, 0x24, 0x01, 0x00, DATA),
  // Abstract control management: line coding, line state and SERIAL_STATE; breaks.
  Uint8Array.of(4, 0x24, 0x02, 0x06),
  // Union: the data interface belongs to the communication interface.
  Uint8Array.of(5, 0x24, 0x06, COMMUNICATION, DATA),
];

/** How bytes go over the line. Source: USB CDC PSTN 1.2, Table 17. */
export interface LineCoding {
  /** Bits a second. */
  readonly dwDTERate: number;
  /** Stop bits: 0 is 1, 1 is 1.5, 2 is 2. */
  readonly bCharFormat: number;
  /** 0 none, 1 odd, 2 even, 3 mark, 4 space. */
  readonly bParityType: number;
  /** 5, 6, 7, 8 or 16. */
  readonly bDataBits: number;
}

/** Lines that the host sets. Source: USB CDC PSTN 1.2, Table 18. */
export interface ControlLines {
  /** Data terminal ready: somebody has opened the port. */
  readonly dtr: boolean;
  /** Request to send. */
  readonly rts: boolean;
}

/** Lines and events that the port tells the host. Source: USB CDC PSTN 1.2, Table 31; bits from 0 on. */
export interface SerialState {
  /** Data carrier detect. */
  readonly dcd?: boolean;
  /** Data set ready. */
  readonly dsr?: boolean;
  readonly break?: boolean;
  readonly ring?: boolean;
  readonly framing?: boolean;
  readonly parity?: boolean;
  readonly overrun?: boolean;
}

/** What {@link cdcAcmPort} lets one change. */
export interface CdcAcmPortOptions
  extends Partial<Pick<DeviceDeclaration, "idVendor" | "idProduct" | "serialNumber">> {
  /** Sends back what comes, instead of the pair of streams. */
  readonly echo?: boolean | undefined;
  /** Is told when the host sets the line coding. */
  readonly onLineCoding?: ((coding: LineCoding) => void) | undefined;
  /** Is told when the host sets the lines. */
  readonly onControlLines?: ((lines: ControlLines) => void) | undefined;
  /** Is told of a break: milliseconds, 0xffff until the next call, 0 its end. */
  readonly onBreak?: ((duration: number) => void) | undefined;
}

/** A high-speed serial port: CDC, abstract control model (USB CDC PSTN 1.2 §3.6.2), as systems bind their driver to. */
export function cdcAcmPort(options: CdcAcmPortOptions = {}): CdcAcmPort {
  return new CdcAcmPort(options);
}

/** See {@link cdcAcmPort}. */
export class CdcAcmPort extends VirtualDevice {
  /** What the host writes. While nobody reads, the host waits; with `echo` nothing comes. */
  readonly readable: ReadableStream<Uint8Array>;
  /** What the host reads. A write is done when the host has begun to take it. */
  readonly writable: WritableStream<Uint8Array>;
  readonly #state: PortState;

  constructor(options: CdcAcmPortOptions = {}) {
    const state = new PortState(options);
    super(declarationOf(options, state));
    this.#state = state;
    this.readable = state.incoming.readable;
    this.writable = new WritableStream({
      write: (chunk) =>
        new Promise((resolve) => {
          state.outgoing.push({ chunk: chunk.slice(), taken: resolve });
          this.wake();
        }),
    });
  }

  /** As the host has set it; 115200 baud, 8N1 after plugging. */
  get lineCoding(): LineCoding {
    return this.#state.coding;
  }

  /** As the host has set them. */
  get controlLines(): ControlLines {
    return this.#state.lines;
  }

  /**
   * Tells the host the state of the lines, and what happened. I/O: none.
   *
   * @throws RangeError if the host has not configured the port.
   */
  notify(state: SerialState): void {
    const { dcd, dsr, break: isBreak, ring, framing, parity, overrun } = state;
    const bits = [dcd, dsr, isBreak, ring, framing, parity, overrun];
    const value = bits.reduce((sum, isSet, bit) => sum | (isSet ? 1 << bit : 0), 0);
    this.give(NOTIFICATIONS, Uint8Array.of(GET, SERIAL_STATE, 0, 0, COMMUNICATION, 0, 2, 0, value, 0));
  }
}

interface Outgoing {
  readonly chunk: Uint8Array;
  readonly taken: () => void;
}

class PortState {
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

function declarationOf(options: CdcAcmPortOptions, state: PortState): DeviceDeclaration {
  const { idVendor = 0x1209, idProduct = 0x0007, serialNumber = "P0001", echo = false } = options;
  return {
    idVendor,
    idProduct,
    manufacturer: "tsusb",
    product: "Virtual Serial Port",
    serialNumber,
    // Source: USB-IF, "Interface Association Descriptor Device Class Code".
    bDeviceClass: CLASS_MISCELLANEOUS,
    bDeviceSubClass: 2,
    bDeviceProtocol: 1,
    onReset: () => state.reset(),
    control: (setup, data) => state.answer(setup, data),
    configurations: [
      {
        associations: [
          {
            bFirstInterface: COMMUNICATION,
            bInterfaceCount: 2,
            bFunctionClass: CLASS_COMM,
            bFunctionSubClass: ABSTRACT_CONTROL_MODEL,
            bFunctionProtocol: AT_COMMANDS,
          },
        ],
        interfaces: [
          {
            alternates: [
              {
                bInterfaceClass: CLASS_COMM,
                bInterfaceSubClass: ABSTRACT_CONTROL_MODEL,
                bInterfaceProtocol: AT_COMMANDS,
                extraDescriptors: FUNCTIONAL,
                endpoints: [
                  // 16 ms at high speed, in microframes.
                  { bEndpointAddress: NOTIFICATIONS, type: "interrupt", wMaxPacketSize: 16, bInterval: 8 },
                ],
              },
            ],
          },
          {
            alternates: [
              {
                bInterfaceClass: CLASS_DATA,
                endpoints: [
                  {
                    bEndpointAddress: FROM_HOST,
                    ...(echo ? { echo } : { receive: state.incoming.writable }),
                  },
                  { bEndpointAddress: TO_HOST, zeroPacket: true, provide: () => state.take() },
                ],
              },
            ],
          },
        ],
      },
    ],
  };
}

// Source: USB CDC 1.2, Tables 4 and 5.
const ABSTRACT_CONTROL_MODEL = 2;
const AT_COMMANDS = 1;
