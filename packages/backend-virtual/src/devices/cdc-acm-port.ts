import type { DeviceDeclaration } from "../declaration/declaration.js";
import { VirtualDevice } from "../device.js";
import { NOTIFICATIONS, portDeclaration } from "./cdc-acm-declaration.js";
import { PortState, serialStateNotification } from "./cdc-acm-state.js";

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
    super(portDeclaration(options, state));
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
    this.give(NOTIFICATIONS, serialStateNotification(state));
  }
}
