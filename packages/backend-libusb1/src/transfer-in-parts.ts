import { isIn } from "@tsusb/addon-kit";
import {
  type IsoPacket,
  type Submission,
  type TransferRequest,
  type TransferResult,
  USBError,
} from "@tsusb/core/backend";

/** Most packets that libusb hands to Linux in one piece. Source: MAX_ISO_PACKETS_PER_URB in linux_usbfs.c. */
const MOST_PACKETS = 128;

/** Whether libusb would hand this over in pieces: an isochronous transfer of many packets. */
export function isInParts({ packetLengths }: Pick<TransferRequest, "packetLengths">): boolean {
  return packetLengths !== undefined && packetLengths.length > MOST_PACKETS;
}

/**
 * An isochronous transfer of more packets than libusb hands over at once, as several transfers of libusb.
 *
 * libusb notes packets in the order in which the kernel gives pieces back. Those of a transfer that is cancelled or
 * unplugged come back last first, and what is then told of a packet is true of another one.
 */
export class TransferInParts implements Submission {
  readonly done: Promise<TransferResult>;
  readonly #parts: Submission[] = [];

  /**
   * Submits all parts, one after the other.
   *
   * @param submit - Submits one part, or throws what its submission failed with; the first one's error is passed on.
   */
  constructor(request: TransferRequest, submit: (part: TransferRequest) => Submission) {
    const requests = cut(request);
    let refusal: unknown;
    for (const part of requests) {
      try {
        this.#parts.push(submit(part));
      } catch (error) {
        if (this.#parts.length === 0) throw error;
        refusal = error;
        this.cancel();
        break;
      }
    }
    this.done = Promise.allSettled(this.#parts.map((part) => part.done)).then((ends) => {
      const results = ends.map((end) => {
        if (end.status === "rejected") throw end.reason;
        return end.value;
      });
      for (const part of requests.slice(results.length)) results.push(refused(part, refusal));
      return joined(request, requests, results);
    });
  }

  /** Last first, so that no part begins because those before it have ended. */
  cancel(): void {
    for (let index = this.#parts.length; index > 0; index--) this.#parts[index - 1]?.cancel();
  }
}

/** Requests for at most {@link MOST_PACKETS} packets each, without the caller's buffer. */
function cut(request: TransferRequest): readonly TransferRequest[] {
  const { into, length, data, packetLengths = [], ...rest } = request;
  const parts: TransferRequest[] = [];
  let offset = 0;
  for (let index = 0; index < packetLengths.length; index += MOST_PACKETS) {
    const lengths = packetLengths.slice(index, index + MOST_PACKETS);
    const end = offset + lengths.reduce((sum, each) => sum + each, 0);
    const bytes = data === undefined ? { length: end - offset } : { data: data.subarray(offset, end) };
    parts.push({ ...rest, ...bytes, packetLengths: lengths });
    offset = end;
  }
  return parts;
}

/** The result of a part that could not be submitted. */
function refused({ packetLengths = [] }: TransferRequest, error: unknown): TransferResult {
  let offset = 0;
  const packets = packetLengths.map((size): IsoPacket => {
    const packet: IsoPacket = { status: "error", offset, length: 0 };
    offset += size;
    return packet;
  });
  const backendErrorCode = USBError.is(error) ? error.backendErrorCode : undefined;
  return { status: "error", length: 0, packets, ...(backendErrorCode !== undefined && { backendErrorCode }) };
}

/** One result out of those of the parts, with every packet where it is in the whole. */
function joined(
  request: TransferRequest,
  parts: readonly TransferRequest[],
  results: readonly TransferResult[],
): TransferResult {
  const packets: IsoPacket[] = [];
  let begin = 0;
  results.forEach((result, index) => {
    for (const packet of result.packets ?? []) packets.push({ ...packet, offset: begin + packet.offset });
    begin += sizeOf(parts[index]);
  });
  // A part that could not be submitted is why others were cancelled.
  const cause =
    results.find(({ status }) => status === "error") ?? results.find(({ status }) => status !== "completed");
  const { status = "completed", backendErrorCode } = cause ?? {};
  const data = isIn(request) ? gather(request, parts, results) : undefined;
  return {
    status,
    length: packets.reduce((sum, { length }) => sum + length, 0),
    packets,
    ...(backendErrorCode !== undefined && { backendErrorCode }),
    ...(data !== undefined && { data }),
  };
}

/** Copies the packets that came into the caller's buffer, or into one of its own where there is none any more. */
function gather(
  request: TransferRequest,
  parts: readonly TransferRequest[],
  results: readonly TransferResult[],
): Uint8Array | undefined {
  const { into } = request;
  const total = sizeOf(request);
  const target = into === undefined || into.length < total ? new Uint8Array(total) : into;
  let begin = 0;
  results.forEach(({ data, packets = [] }, index) => {
    for (const { offset, length } of packets) {
      if (data !== undefined && length > 0)
        target.set(data.subarray(offset, offset + length), begin + offset);
    }
    begin += sizeOf(parts[index]);
  });
  return target === into ? undefined : target;
}

function sizeOf(request: TransferRequest | undefined): number {
  return (request?.packetLengths ?? []).reduce((sum, each) => sum + each, 0);
}
