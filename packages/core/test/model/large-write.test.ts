import { describe, expect, it } from "vitest";
import type { TransferResult } from "../../src/contract/transfer.js";
import { USBAbortError } from "../../src/errors.js";
import { type LargeWrite, writeInPieces } from "../../src/model/large-write.js";

interface Piece {
  readonly bytes: number[];
  readonly timeout: number;
  readonly zeroPacket: boolean;
}

/** A write of bytes 0, 1, 2 … in pieces of four; `answer` says how the piece with that number ends. */
function write(
  size: number,
  options: Partial<LargeWrite> = {},
  answer: (at: number) => Partial<TransferResult> | Error = () => ({}),
) {
  const pieces: Piece[] = [];
  const done = writeInPieces({
    data: Uint8Array.from({ length: size }, (_, at) => at),
    pieceSize: 4,
    timeout: 0,
    zeroPacket: false,
    submit: async (piece, timeout, zeroPacket) => {
      const outcome = answer(pieces.length);
      pieces.push({ bytes: [...piece], timeout, zeroPacket });
      if (outcome instanceof Error) throw outcome;
      return { status: "completed", length: piece.length, ...outcome };
    },
    ...options,
  });
  return { done, pieces };
}

describe("a large write", () => {
  it("is cut into whole pieces and a rest, one after the other, and counts them all", async () => {
    const { done, pieces } = write(10);
    expect(await done).toEqual({ status: "completed", length: 10 });
    expect(pieces.map(({ bytes }) => bytes)).toEqual([
      [0, 1, 2, 3],
      [4, 5, 6, 7],
      [8, 9],
    ]);
  });

  it("ends with one zero-length packet, and has none in between", async () => {
    const { done, pieces } = write(8, { zeroPacket: true });
    await done;
    expect(pieces.map(({ zeroPacket }) => zeroPacket)).toEqual([false, true]);
  });

  it("is one transfer if it is empty", async () => {
    const { done, pieces } = write(0, { zeroPacket: true });
    expect(await done).toEqual({ status: "completed", length: 0 });
    expect(pieces).toHaveLength(1);
  });

  it("gives each piece what is left of one deadline", async () => {
    const { done, pieces } = write(12, { timeout: 60_000 });
    await done;
    const timeouts = pieces.map(({ timeout }) => timeout);
    expect(Math.max(...timeouts)).toBeLessThanOrEqual(60_000);
    expect(Math.min(...timeouts)).toBeGreaterThan(0);
    expect(timeouts).toEqual([...timeouts].sort((a, b) => b - a));
  });

  it("stops at the piece that fails, with the bytes of all", async () => {
    const { done, pieces } = write(12, {}, (at) =>
      at === 1 ? { status: "stall", length: 3, backendErrorCode: -9 } : {},
    );
    expect(await done).toEqual({ status: "stall", length: 7, backendErrorCode: -9 });
    expect(pieces).toHaveLength(2);
  });

  it("that is aborted says how many bytes had moved", async () => {
    const { done } = write(12, {}, (at) =>
      at === 2 ? new USBAbortError("aborted", { transferred: 1 }) : {},
    );
    await expect(done).rejects.toMatchObject({ code: "ABORT_ERR", transferred: 9 });
  });
});
