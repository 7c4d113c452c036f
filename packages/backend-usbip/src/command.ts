import type { ByteQueue } from "./byte-queue.js";
import {
  ISO_DESCRIPTOR_SIZE,
  MOST_BYTES,
  MOST_PACKETS,
  URB_HEADER_SIZE,
  USBIP_CMD_SUBMIT,
  USBIP_CMD_UNLINK,
  USBIP_DIR_IN,
  USBIP_DIR_OUT,
} from "./protocol.js";
import { ProtocolError } from "./protocol-error.js";

/** Where a packet of an isochronous transfer lies in its buffer. */
export interface PacketPlace {
  readonly offset: number;
  readonly length: number;
}

/** A transfer that a client wants (CMD_SUBMIT). */
export interface SubmitCommand {
  readonly type: "submit";
  readonly seqnum: number;
  readonly devid: number;
  /** Number in bits 3..0, direction in bit 7; 0 and 0x80 are both endpoint 0. */
  readonly endpoint: number;
  readonly transferFlags: number;
  /** Bytes of the buffer, at most {@link MOST_BYTES}. */
  readonly length: number;
  readonly startFrame: number;
  /** The eight bytes of the setup packet, little-endian as on the bus. */
  readonly setup: Uint8Array;
  /** OUT: the bytes of the buffer. */
  readonly data: Uint8Array | undefined;
  /** Isochronous only. Every packet lies within the buffer. */
  readonly packets: readonly PacketPlace[] | undefined;
}

/** The wish to end a transfer early (CMD_UNLINK). */
export interface UnlinkCommand {
  readonly type: "unlink";
  readonly seqnum: number;
  readonly devid: number;
  /** `seqnum` of the transfer. */
  readonly victim: number;
}

export type Command = SubmitCommand | UnlinkCommand;

/**
 * Takes one command from what has arrived.
 *
 * @returns `undefined` if it is not complete yet; then nothing is taken.
 * @throws ProtocolError for what no client sends, and for what goes beyond the limits, before anything is stored for it.
 */
export function takeCommand(bytes: ByteQueue): Command | undefined {
  const header = bytes.peek(URB_HEADER_SIZE);
  if (header === undefined) return undefined;
  const command = header.readUInt32BE(0);
  if (command === USBIP_CMD_SUBMIT) return takeSubmit(bytes, header);
  if (command !== USBIP_CMD_UNLINK) throw new ProtocolError(`command ${command}, which is none`);
  bytes.take(URB_HEADER_SIZE);
  return {
    type: "unlink",
    seqnum: header.readUInt32BE(4),
    devid: header.readUInt32BE(8),
    victim: header.readUInt32BE(20),
  };
}

function takeSubmit(bytes: ByteQueue, header: Buffer): SubmitCommand | undefined {
  const direction = header.readUInt32BE(12);
  const number = header.readUInt32BE(16);
  const length = header.readUInt32BE(24);
  const count = packetCount(header.readInt32BE(32));
  if (direction !== USBIP_DIR_OUT && direction !== USBIP_DIR_IN)
    throw new ProtocolError(`direction ${direction}, which is neither OUT (0) nor IN (1)`);
  if (number > 15) throw new ProtocolError(`endpoint number ${number}, above 15`);
  if (length > MOST_BYTES) throw new ProtocolError(`a transfer of ${length} bytes, above ${MOST_BYTES}`);
  const sent = direction === USBIP_DIR_OUT ? length : 0;
  const whole = bytes.take(URB_HEADER_SIZE + sent + ISO_DESCRIPTOR_SIZE * count);
  if (whole === undefined) return undefined;
  return {
    type: "submit",
    seqnum: whole.readUInt32BE(4),
    devid: whole.readUInt32BE(8),
    endpoint: number | (direction === USBIP_DIR_IN ? 0x80 : 0),
    transferFlags: whole.readUInt32BE(20),
    length,
    startFrame: whole.readInt32BE(28),
    setup: whole.subarray(40, URB_HEADER_SIZE),
    data: direction === USBIP_DIR_OUT ? whole.subarray(URB_HEADER_SIZE, URB_HEADER_SIZE + sent) : undefined,
    packets: count === 0 ? undefined : packetPlaces(whole.subarray(URB_HEADER_SIZE + sent), length),
  };
}

/** Linux sends 0 for what is not isochronous, the protocol's document says -1. */
function packetCount(count: number): number {
  if (count === -1) return 0;
  if (count >= 0 && count <= MOST_PACKETS) return count;
  throw new ProtocolError(`a transfer of ${count} packets, not from 0 to ${MOST_PACKETS}`);
}

function packetPlaces(descriptors: Buffer, length: number): readonly PacketPlace[] {
  const places: PacketPlace[] = [];
  let sum = 0;
  for (let at = 0; at < descriptors.length; at += ISO_DESCRIPTOR_SIZE) {
    const place = { offset: descriptors.readUInt32BE(at), length: descriptors.readUInt32BE(at + 4) };
    sum += place.length;
    if (place.offset + place.length > length || sum > length)
      throw new ProtocolError(
        `packet ${places.length} of ${place.length} bytes at ${place.offset}, beyond the buffer's ${length}`,
      );
    places.push(place);
  }
  return places;
}
