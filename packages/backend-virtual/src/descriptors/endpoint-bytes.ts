import { DESC_TYPE_ENDPOINT, DESC_TYPE_SS_ENDPOINT_COMPANION, type TransferType } from "@tsusb/core/backend";
import type { VirtualSpeed } from "../declaration/declaration.js";
import type { EndpointDeclaration } from "../declaration/endpoint.js";
import { flat, word } from "./bytes.js";

/** Bits 1..0 of `bmAttributes`. Source: USB 2.0 §9.6.6. */
const TYPE_BITS: Readonly<Record<TransferType, number>> = {
  control: 0,
  isochronous: 1,
  bulk: 2,
  interrupt: 3,
};
const SYNCH_BITS = { none: 0x00, asynchronous: 0x04, adaptive: 0x08, synchronous: 0x0c } as const;
const USAGE_BITS = { data: 0x00, feedback: 0x10, implicit: 0x20, notification: 0x10 } as const;

/** Largest bulk packet. Source: USB 2.0 §5.8.3, USB 3.2 §8.12.1; low speed has no bulk. */
const BULK_PACKET: Readonly<Record<VirtualSpeed, number>> = { low: 8, full: 64, high: 512, super: 1024 };

/** Milliseconds of a frame, and of a microframe from high speed on. Source: USB 2.0 §8.4.3. */
const FRAME = 1;
const MICROFRAME = 0.125;

/** Gives `wMaxPacketSize` as it stands in the descriptor. */
export function maxPacketSizeOf(endpoint: EndpointDeclaration, speed: VirtualSpeed): number {
  const { type = "bulk", transactions = 1 } = endpoint;
  const largest = BULK_PACKET[speed];
  const size = endpoint.wMaxPacketSize ?? (type === "bulk" ? largest : Math.min(64, largest));
  return size | ((transactions - 1) << 11);
}

/** Gives the bytes after which a transfer goes on: of a packet, or of all packets of an isochronous interval. */
export function packetSizeOf(endpoint: EndpointDeclaration, speed: VirtualSpeed): number {
  const field = maxPacketSizeOf(endpoint, speed);
  const size = field & 0x7ff;
  if (endpoint.type !== "isochronous") return size;
  const bursts = speed === "super" ? packetsPerInterval(endpoint) : 1 + ((field >> 11) & 3);
  return size * bursts;
}

/** Gives the milliseconds from packet to packet of an isochronous endpoint. */
export function periodOf({ bInterval = 1 }: EndpointDeclaration, speed: VirtualSpeed): number {
  return (speed === "full" || speed === "low" ? FRAME : MICROFRAME) * 2 ** (bInterval - 1);
}

/** Puts the descriptor of an endpoint and what follows it together. */
export function endpointBytes(endpoint: EndpointDeclaration, speed: VirtualSpeed): number[] {
  const { type = "bulk", synch = "none", usage = "data", audio } = endpoint;
  const extra = flat(endpoint.extraDescriptors);
  const wantsCompanion = speed === "super" || endpoint.companion !== undefined;
  return [
    ...[audio ? 9 : 7, DESC_TYPE_ENDPOINT, endpoint.bEndpointAddress],
    TYPE_BITS[type] | SYNCH_BITS[synch] | USAGE_BITS[usage],
    ...word(maxPacketSizeOf(endpoint, speed)),
    endpoint.bInterval ?? (type === "bulk" || type === "control" ? 0 : 1),
    ...(audio ? [audio.bRefresh, audio.bSynchAddress] : []),
    ...(wantsCompanion && extra[1] !== DESC_TYPE_SS_ENDPOINT_COMPANION
      ? companionBytes(endpoint, speed)
      : []),
    ...extra,
  ];
}

function companionBytes(endpoint: EndpointDeclaration, speed: VirtualSpeed): number[] {
  const { type = "bulk", companion = {} } = endpoint;
  const isPeriodic = type === "interrupt" || type === "isochronous";
  const most = (maxPacketSizeOf(endpoint, speed) & 0x7ff) * packetsPerInterval(endpoint);
  return [
    ...[6, DESC_TYPE_SS_ENDPOINT_COMPANION, companion.bMaxBurst ?? 0, companion.bmAttributes ?? 0],
    ...word(companion.wBytesPerInterval ?? (isPeriodic ? most : 0)),
  ];
}

/** Source: USB 3.2 §9.6.7: bursts of an interval times packets of a burst. */
function packetsPerInterval({ type, companion = {} }: EndpointDeclaration): number {
  const mult = type === "isochronous" ? (companion.bmAttributes ?? 0) & 3 : 0;
  return (mult + 1) * ((companion.bMaxBurst ?? 0) + 1);
}
