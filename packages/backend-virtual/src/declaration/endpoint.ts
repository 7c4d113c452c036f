import type { TransferType } from "@tsusb/core/backend";
import type { VirtualDevice } from "../device.js";
import type { FaultPlan, Latency } from "./conduct.js";

/**
 * Takes what the host sent, a zero-length packet as no bytes.
 *
 * @param data - Bytes of one transfer, or what is left of it; isochronous: of one packet. They belong to the device.
 * @returns How many bytes it takes now, default all. The rest is offered again after {@link VirtualDevice.wake}, or
 *   whenever an IN endpoint of the device was emptied; isochronous: it is lost. While a promise is pending, the host
 *   waits; isochronous endpoints, where nobody waits, do not await it.
 */
export type ReceiveHandler = (
  data: Uint8Array,
  device: VirtualDevice,
) => number | undefined | Promise<number | undefined>;

/** Bytes to send, which belong to the bus from then on; `undefined`: nothing now; `"stall"` halts the endpoint. */
export type ProvideAnswer = Uint8Array | "stall" | undefined;

/**
 * Is asked when the host waits and nothing was queued by {@link VirtualDevice.send}; isochronous: for each packet.
 *
 * @param length - Bytes that the host still takes, rounded up to whole packets; isochronous: of one packet.
 */
export type ProvideHandler = (
  length: number,
  device: VirtualDevice,
) => ProvideAnswer | Promise<ProvideAnswer>;

/**
 * Messages one after the other, such as an async generator's or a `ReadableStream`'s. Each is asked for when the host
 * waits. A function is called anew, and its iterator told to return, whenever the alternate setting is selected.
 */
export type Messages =
  | AsyncIterable<Uint8Array>
  | Iterable<Uint8Array>
  | ((device: VirtualDevice) => AsyncIterable<Uint8Array> | Iterable<Uint8Array>);

/** What a device does with one endpoint. With nothing of it, the endpoint never answers: every transfer waits. */
export interface EndpointLogic {
  /** OUT: a function, or a stream that is written to and makes the host wait while it is full. */
  readonly receive?: ReceiveHandler | WritableStream<Uint8Array> | undefined;
  /** OUT: sends back what it receives on the IN endpoint of the same number, instead of `receive`. */
  readonly echo?: boolean | undefined;
  /** IN: a function. */
  readonly provide?: ProvideHandler | undefined;
  /** IN: what iterates, instead of `provide`. */
  readonly messages?: Messages | undefined;
  /** IN: ends every message of whole packets with a zero-length one; default only where {@link VirtualDevice.send} says so. */
  readonly zeroPacket?: boolean | undefined;
}

/** Fields of a SuperSpeed endpoint companion. Source: USB 3.2 §9.6.7, Table 9-27. */
export interface CompanionDeclaration {
  /** Packets of a burst minus one, 0 to 15; default 0. */
  readonly bMaxBurst?: number | undefined;
  /** Bulk: exponent of the number of streams; isochronous: bursts of an interval minus one. Default 0. */
  readonly bmAttributes?: number | undefined;
  /** Bytes of a service interval; default for interrupt and isochronous what the packets come to, 0 for bulk. */
  readonly wBytesPerInterval?: number | undefined;
}

/** One endpoint. */
export interface EndpointDeclaration extends EndpointLogic {
  /** Number in bits 3..0, direction in bit 7 (1 = IN). */
  readonly bEndpointAddress: number;
  /** Kind of its transfers; default `"bulk"`. A control endpoint besides endpoint 0 is in the descriptors only. */
  readonly type?: TransferType | undefined;
  /**
   * Bytes of a packet in bits 10..0, and the additional transactions of a microframe in bits 12..11, which
   * `transactions` fills in too. Default: what the type may have at the device's speed, at most 64 for interrupt and
   * isochronous.
   */
  readonly wMaxPacketSize?: number | undefined;
  /** High speed, interrupt and isochronous: packets of one microframe, 1 to 3; default 1. Source: USB 2.0 §9.6.6. */
  readonly transactions?: 1 | 2 | 3 | undefined;
  /**
   * Polling interval; default 0 for bulk and control, 1 else. Isochronous at any speed, and interrupt from high speed on:
   * 2 to the power of this minus one, in microframes of 125 µs or, at full speed, frames of 1 ms. Source: USB 2.0 §9.6.6.
   */
  readonly bInterval?: number | undefined;
  /** Isochronous: how it keeps time; default `"none"`. Source: USB 2.0 Table 9-13, bits 3..2. */
  readonly synch?: "none" | "asynchronous" | "adaptive" | "synchronous" | undefined;
  /**
   * Isochronous: what its data are for; default `"data"`. Interrupt at SuperSpeed: `"notification"`, default periodic.
   * Source: USB 2.0 Table 9-13 and USB 3.2 Table 9-26, bits 5..4.
   */
  readonly usage?: "data" | "feedback" | "implicit" | "notification" | undefined;
  /** Makes it the nine bytes of an audio endpoint. Source: USB Audio 1.0 §4.6.1.1. */
  readonly audio?: { readonly bRefresh: number; readonly bSynchAddress: number } | undefined;
  /** Time until a transfer is answered; default the device's. Isochronous endpoints have their frames instead. */
  readonly latency?: Latency | undefined;
  /** Faults by chance; default the device's. */
  readonly faults?: FaultPlan | undefined;
  /** Its SuperSpeed companion; default at SuperSpeed: one without bursts; at other speeds: none. */
  readonly companion?: CompanionDeclaration | undefined;
  /** Descriptors that follow it, whole: class-specific ones. One that is a companion replaces the built one. */
  readonly extraDescriptors?: readonly Uint8Array[] | undefined;
}
