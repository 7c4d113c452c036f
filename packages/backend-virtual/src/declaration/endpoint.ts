import type { TransferType } from "@tsusb/core/backend";
import type { VirtualDevice } from "../device.js";

/** What a device does with one endpoint. With neither function it never answers: every transfer waits. */
export interface EndpointLogic {
  /**
   * OUT: takes what the host sent, a zero-length packet as no bytes.
   *
   * @param data - Bytes of one transfer, or what is left of it; isochronous: of one packet. They belong to the device.
   * @returns How many bytes it takes now, default all. The rest is offered again after {@link VirtualDevice.wake}, or
   *   whenever an IN endpoint of the device was emptied; isochronous: it is lost.
   */
  readonly receive?: ((data: Uint8Array, device: VirtualDevice) => number | undefined) | undefined;
  /**
   * IN: asked when the host waits and nothing was queued by {@link VirtualDevice.send}; isochronous: for each packet.
   *
   * @param length - Bytes that the host still takes, rounded up to whole packets; isochronous: of one packet.
   * @returns Bytes to send, which belong to the bus from then on; `undefined` if there is nothing now.
   */
  readonly provide?: ((length: number, device: VirtualDevice) => Uint8Array | undefined) | undefined;
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
  /** Its SuperSpeed companion; default at SuperSpeed: one without bursts; at other speeds: none. */
  readonly companion?: CompanionDeclaration | undefined;
  /** Descriptors that follow it, whole: class-specific ones. One that is a companion replaces the built one. */
  readonly extraDescriptors?: readonly Uint8Array[] | undefined;
}
