import type { IsoPacket } from "@tsusb/core/backend";

/** What one isochronous read gave. */
interface PacketRead {
  readonly data: Uint8Array;
  readonly packets: readonly IsoPacket[];
}

/** Reads after which packets are given up that do not come: a bus may need a few frames before the first. */
const MOST_READS = 200;

/**
 * Reads packets until so many bytes have come: on a bus that goes its own pace, a device that has nothing yet sends
 * packets without bytes.
 *
 * @returns The bytes without the holes, and the length of each packet that had any.
 */
export async function collect(
  length: number,
  read: () => Promise<PacketRead>,
): Promise<{ readonly bytes: Uint8Array; readonly lengths: readonly number[] }> {
  const bytes: number[] = [];
  const lengths: number[] = [];
  for (let reads = 0; bytes.length < length; reads++) {
    if (reads === MOST_READS) throw new Error(`${bytes.length} of ${length} bytes came in ${reads} reads`);
    const { data, packets } = await read();
    for (const packet of packets) {
      if (packet.length === 0) continue;
      lengths.push(packet.length);
      bytes.push(...data.subarray(packet.offset, packet.offset + packet.length));
    }
  }
  return { bytes: Uint8Array.from(bytes), lengths };
}
