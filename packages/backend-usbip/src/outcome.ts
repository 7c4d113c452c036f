import type { TransferResult } from "@tsusb/core/backend";
import type { PacketPlace, SubmitCommand } from "./command.js";
import { EREMOTEIO, errnoOfStatus } from "./linux-errno.js";
import { USBIP_URB_SHORT_NOT_OK } from "./protocol.js";
import type { Outcome, PacketOutcome } from "./reply.js";

/**
 * Puts a backend's result into the words of the wire. No more than was asked for ever goes out: a client would take the
 * rest for the next message.
 */
export function outcomeOf(command: SubmitCommand, result: TransferResult): Outcome {
  if (command.packets !== undefined) return isoOutcome(command.packets, result, isIn(command));
  const length = clamp(result.length, command.length);
  const status = errnoOfStatus(result.status);
  if (!isIn(command)) return { status, length };
  const data = result.data?.subarray(0, length) ?? NOTHING;
  const isShort = status === 0 && data.length < command.length;
  const mayBeShort = (command.transferFlags & USBIP_URB_SHORT_NOT_OK) === 0;
  return { status: isShort && !mayBeShort ? EREMOTEIO : status, length: data.length, data: [data] };
}

/** Whether the bytes go to the host. */
export const isIn = ({ endpoint }: SubmitCommand): boolean => endpoint >= 0x80;

/** The bytes of each packet lie where it says, with gaps; on the wire there are none. */
function isoOutcome(places: readonly PacketPlace[], result: TransferResult, inward: boolean): Outcome {
  const data: Uint8Array[] = [];
  const packets: PacketOutcome[] = [];
  let length = 0;
  for (const [index, place] of places.entries()) {
    const packet = result.packets?.[index];
    const bytes = inward
      ? packetBytes(result.data, packet?.offset, clamp(packet?.length, place.length))
      : undefined;
    const moved = bytes?.length ?? clamp(packet?.length, place.length);
    const status = errnoOfStatus(packet?.status ?? (result.status === "completed" ? "error" : result.status));
    packets.push({ status, length: moved });
    length += moved;
    if (bytes !== undefined && moved > 0) data.push(bytes);
  }
  return { status: errnoOfStatus(result.status), length, packets, ...(inward && { data }) };
}

function packetBytes(data: Uint8Array = NOTHING, offset = 0, length = 0): Uint8Array {
  return data.subarray(offset, offset + length);
}

/** What a backend says of a length is not trusted. */
function clamp(length: number | undefined, most: number): number {
  return Math.max(0, Math.min(Math.trunc(length ?? 0) || 0, most));
}

const NOTHING = new Uint8Array(0);
