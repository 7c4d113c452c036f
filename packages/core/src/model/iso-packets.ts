import type { Endpoint } from "./endpoint.js";

/** Bytes that an endpoint moves in one service interval. */
export function bytesPerInterval(endpoint: Endpoint): number {
  const companion = endpoint.ssCompanion;
  if (companion !== undefined && companion.wBytesPerInterval > 0) return companion.wBytesPerInterval;
  // USB 2.0 §9.6.6: bits 12..11 are additional transactions a microframe, at most 2.
  return endpoint.packetSize * (1 + Math.min((endpoint.wMaxPacketSize >> 11) & 0x03, 2));
}

/** Cuts `length` bytes into packets as large as the endpoint takes, the last one shorter. */
export function packetLengthsFor(endpoint: Endpoint | undefined, length: number): readonly number[] {
  const size = endpoint === undefined ? 0 : bytesPerInterval(endpoint);
  if (size === 0) {
    throw new RangeError(
      "the endpoint has a wMaxPacketSize of 0: select an alternate setting with bandwidth",
    );
  }
  const lengths = new Array<number>(Math.floor(length / size)).fill(size);
  if (length % size > 0) lengths.push(length % size);
  return lengths;
}
