import type { StreamRequest } from "../contract/stream.js";
import { checkInteger, show } from "../usb/check-integer.js";
import { hexByte } from "../usb/hex.js";
import { checkBoolean, checkOptionNames, checkPacketLengths, LONGEST_TRANSFER } from "./arguments.js";
import type { Endpoint } from "./endpoint.js";
import { bytesPerInterval, packetLengthsFor } from "./iso-packets.js";
import type { SinkOptions, StreamOptions } from "./options.js";

const SINK_OPTIONS: ReadonlySet<string> = new Set([
  "transferSize",
  "transfers",
  "bufferSize",
  "signal",
  "packetLengths",
]);
const STREAM_OPTIONS: ReadonlySet<string> = new Set([...SINK_OPTIONS, "borrow", "messages"]);

/** Large enough that the cost of a transfer hardly counts, small enough to come often. */
const USUAL_TRANSFER = 64 * 1024;
/** Packets of an isochronous transfer: one millisecond of microframes (USB 2.0 §5.6.4). */
const USUAL_PACKETS = 8;
/** 40 MB/s, the most that High Speed carries, for 50 ms of a busy JS thread. */
const USUAL_BUFFER = 2 * 1024 * 1024;

/** Checks the options of a stream or sink and makes the request for the backend. */
export function streamRequest(
  endpoint: Endpoint,
  options: StreamOptions | SinkOptions | undefined,
  lends: boolean,
): StreamRequest {
  const given: StreamOptions = options ?? {};
  if (typeof given !== "object") throw new TypeError(`options must be an object, got ${show(options)}`);
  checkOptionNames(lends ? "stream" : "sink", given, lends ? STREAM_OPTIONS : SINK_OPTIONS);
  if (endpoint.type === "control") {
    throw new TypeError(
      `endpoint ${hexByte(endpoint.bEndpointAddress)} is a control endpoint and cannot be streamed`,
    );
  }
  if (given.signal !== undefined && !(given.signal instanceof AbortSignal)) {
    throw new TypeError(`options.signal must be an AbortSignal, got ${show(given.signal)}`);
  }
  checkBoolean("options.borrow", given.borrow);
  if (checkBoolean("options.messages", given.messages) && endpoint.type === "isochronous") {
    throw new TypeError("options.messages is not for isochronous endpoints: their packets end no message");
  }
  if (given.packetLengths !== undefined && !Array.isArray(given.packetLengths)) {
    throw new TypeError(
      `options.packetLengths must be an array of byte counts, got ${show(given.packetLengths)}`,
    );
  }
  const packet = endpoint.type === "isochronous" ? bytesPerInterval(endpoint) : endpoint.packetSize;
  if (packet === 0) {
    throw new RangeError(
      `endpoint ${hexByte(endpoint.bEndpointAddress)} has a wMaxPacketSize of 0: select an alternate setting with bandwidth`,
    );
  }
  const usual =
    endpoint.type === "isochronous"
      ? packet * USUAL_PACKETS
      : Math.max(packet, USUAL_TRANSFER - (USUAL_TRANSFER % packet));
  const transferSize =
    given.transferSize === undefined
      ? (given.packetLengths?.reduce((sum, each) => sum + each, 0) ?? usual)
      : checkInteger("options.transferSize", given.transferSize, 1, LONGEST_TRANSFER);
  if (lends && given.packetLengths === undefined && transferSize % packet !== 0) {
    throw new RangeError(
      `options.transferSize must be a multiple of ${packet}, the wMaxPacketSize of ${hexByte(endpoint.bEndpointAddress)}, got ${transferSize}; the device could overflow it`,
    );
  }
  const request: StreamRequest = {
    type: endpoint.type,
    endpoint: endpoint.bEndpointAddress,
    transferSize,
    transfers:
      given.transfers === undefined ? 4 : checkInteger("options.transfers", given.transfers, 1, 1024),
    bufferSize:
      given.bufferSize === undefined
        ? Math.max(USUAL_BUFFER, transferSize)
        : checkInteger("options.bufferSize", given.bufferSize, transferSize, LONGEST_TRANSFER),
    ...(given.borrow && { borrow: true }),
  };
  if (endpoint.type !== "isochronous") {
    if (given.packetLengths === undefined) return request;
    throw new TypeError(`options.packetLengths is for isochronous endpoints; this one is ${endpoint.type}`);
  }
  const packetLengths =
    given.packetLengths === undefined
      ? packetLengthsFor(endpoint, transferSize)
      : checkPacketLengths("options.packetLengths", given.packetLengths, transferSize);
  return { ...request, packetLengths };
}
