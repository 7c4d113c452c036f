import type { PacketPlace, SubmitCommand } from "./command.js";
import { ISO_DESCRIPTOR_SIZE, URB_HEADER_SIZE, USBIP_RET_SUBMIT, USBIP_RET_UNLINK } from "./protocol.js";

/** How one isochronous packet ended. */
export interface PacketOutcome {
  /** 0 or a negative Linux errno. */
  readonly status: number;
  /** Bytes that moved. */
  readonly length: number;
}

/** How a transfer ended, in the words of the wire. */
export interface Outcome {
  /** 0 or a negative Linux errno. */
  readonly status: number;
  /** Bytes that moved. IN: exactly those of `data`. */
  readonly length: number;
  /** IN: the bytes, without the gaps between isochronous packets. */
  readonly data?: readonly Uint8Array[];
  /** Isochronous: one a packet. */
  readonly packets?: readonly PacketOutcome[];
}

/** `number_of_packets` of what is not isochronous. */
const NO_PACKETS = -1;

/** Writes the answer to a transfer (RET_SUBMIT): pieces to be sent one after the other. */
export function encodeSubmitted(command: SubmitCommand, outcome: Outcome): readonly Uint8Array[] {
  const { packets: places } = command;
  const { status, length, data = [] } = outcome;
  const header = encodeHeader(USBIP_RET_SUBMIT, command.seqnum, status);
  header.writeUInt32BE(length, 24);
  if (places === undefined) {
    header.writeInt32BE(NO_PACKETS, 32);
    return [header, ...data];
  }
  const packets = outcome.packets ?? places.map(() => ({ status, length: 0 }));
  header.writeInt32BE(command.startFrame, 28);
  header.writeInt32BE(places.length, 32);
  header.writeUInt32BE(packets.filter((packet) => packet.status !== 0).length, 36);
  return [header, ...data, encodeDescriptors(places, packets)];
}

/** Writes the answer to the wish to end a transfer (RET_UNLINK). @param status - 0 if it had ended before. */
export function encodeUnlinked(seqnum: number, status: number): readonly Uint8Array[] {
  return [encodeHeader(USBIP_RET_UNLINK, seqnum, status)];
}

function encodeHeader(command: number, seqnum: number, status: number): Buffer {
  const header = Buffer.alloc(URB_HEADER_SIZE);
  header.writeUInt32BE(command, 0);
  header.writeUInt32BE(seqnum, 4);
  header.writeInt32BE(status, 20);
  return header;
}

function encodeDescriptors(places: readonly PacketPlace[], outcomes: readonly PacketOutcome[]): Buffer {
  const descriptors = Buffer.alloc(ISO_DESCRIPTOR_SIZE * places.length);
  for (const [index, { offset, length }] of places.entries()) {
    const at = ISO_DESCRIPTOR_SIZE * index;
    descriptors.writeUInt32BE(offset, at);
    descriptors.writeUInt32BE(length, at + 4);
    descriptors.writeUInt32BE(outcomes[index]?.length ?? 0, at + 8);
    descriptors.writeInt32BE(outcomes[index]?.status ?? 0, at + 12);
  }
  return descriptors;
}
