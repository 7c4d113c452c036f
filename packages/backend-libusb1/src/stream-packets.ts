import { compactPackets, type IsoPacket, type StreamPackets } from "@tsusb/core/backend";

/** What one isochronous transfer brought, of its own: zeros where no byte came. */
export function copyPackets(bytes: Uint8Array, packets: readonly IsoPacket[]): StreamPackets {
  const data = new Uint8Array(bytes.length);
  for (const { offset, length } of packets) {
    if (length > 0) data.set(bytes.subarray(offset, offset + length), offset);
  }
  return { data, packets };
}

/** The bytes of all packets in an array of their own, without the holes; `undefined` if there are none. */
export function joinPackets({ data, packets }: StreamPackets): Uint8Array | undefined {
  // An isochronous transfer without a byte is no message.
  return packets.some(({ length }) => length > 0) ? compactPackets(data, packets) : undefined;
}
