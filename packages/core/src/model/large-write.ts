import type { TransferResult } from "../contract/transfer.js";
import { USBError } from "../errors.js";

/** A write that is too large for one transfer of the platform. */
export interface LargeWrite {
  /** All bytes; nobody changes them meanwhile. */
  readonly data: Uint8Array;
  /** Most bytes of one transfer, a multiple of the packet's size. */
  readonly pieceSize: number;
  /** Milliseconds for all of it, 0 = none. */
  readonly timeout: number;
  /** Whether a zero-length packet ends it if the data ends on a packet boundary. */
  readonly zeroPacket: boolean;
  /** One transfer. */
  readonly submit: (piece: Uint8Array, timeout: number, zeroPacket: boolean) => Promise<TransferResult>;
}

/**
 * Writes piece after piece, so that the device sees one message: every piece but the last is of whole packets, and only
 * the last one may end with a zero-length packet. One deadline, and one count.
 *
 * @returns The outcome of the piece that ended it, with the bytes of all pieces.
 * @throws What `submit` rejects with, its `transferred` those of all pieces.
 */
export async function writeInPieces(write: LargeWrite): Promise<TransferResult> {
  const { data, pieceSize, timeout, zeroPacket, submit } = write;
  const deadline = performance.now() + timeout;
  for (let sent = 0; ; ) {
    const piece = data.subarray(sent, sent + pieceSize);
    const isLast = sent + piece.length === data.length;
    const left = timeout === 0 ? 0 : Math.ceil(deadline - performance.now());
    if (timeout !== 0 && left <= 0) return { status: "timedOut", length: sent };
    const result = await submit(piece, left, zeroPacket && isLast).catch((error: unknown) => {
      throw withBytesBefore(error, sent);
    });
    sent += result.length;
    if (isLast || result.status !== "completed" || result.length < piece.length)
      return { ...result, length: sent };
  }
}

function withBytesBefore(error: unknown, sent: number): unknown {
  if (USBError.is(error) && sent > 0) Object.assign(error, { transferred: sent + (error.transferred ?? 0) });
  return error;
}
