import { describe, expect, it } from "vitest";
import type { BackendStream } from "../../src/contract/stream.js";
import { type ChunkCut, ChunkSource } from "../../src/model/chunk-source.js";

const bytes = (...values: readonly number[]) => Uint8Array.from(values);

/** A stream that gives these, one a read, then its end; an error is thrown. */
function source(steps: readonly (Uint8Array | Error)[], cut: Partial<ChunkCut> = {}, more: object = {}) {
  const left = [...steps];
  const stream: BackendStream = {
    read: async () => {
      const step = left.shift();
      if (step instanceof Error) throw step;
      return step;
    },
    stats: () => expect.fail("nobody asks"),
    close: async () => {},
    ...more,
  };
  const usual = { messages: false, transferSize: 4, bufferSize: 8, backendName: "fake" };
  return new ChunkSource(stream, { ...usual, ...cut });
}

describe("readInto", () => {
  it("fills from the start, leaves what does not fit, and gives that first", async () => {
    const chunks = source([bytes(1, 2, 3, 4), bytes(5)]);
    const into = new Uint8Array(3);
    expect(await chunks.readInto(into)).toBe(3);
    expect([...into]).toEqual([1, 2, 3]);
    expect(await chunks.readInto(into)).toBe(1);
    expect(into[0]).toBe(4);
    expect([...((await chunks.read()) ?? [])]).toEqual([5]);
    expect(await chunks.readInto(into)).toBeUndefined();
  });

  it("gives 0 for an empty chunk, which is no end", async () => {
    const chunks = source([bytes(), bytes(1)]);
    expect(await chunks.readInto(new Uint8Array(4))).toBe(0);
    expect(await chunks.readInto(new Uint8Array(4))).toBe(1);
  });

  it("loses nothing to a buffer that was detached meanwhile", async () => {
    const chunks = source([bytes(1, 2)]);
    const into = new Uint8Array(4);
    const read = chunks.readInto(into);
    structuredClone(into.buffer, { transfer: [into.buffer] });
    expect(await read).toBe(0);
    expect([...((await chunks.read()) ?? [])]).toEqual([1, 2]);
  });

  it("leaves it to the backend's stream where that can do it", async () => {
    const chunks = source([], {}, { readInto: async (into: Uint8Array) => into.fill(7).length });
    const into = new Uint8Array(2);
    expect(await chunks.readInto(into)).toBe(2);
    expect([...into]).toEqual([7, 7]);
  });
});

describe("messages", () => {
  const messages = { messages: true };

  it("go up to a short or empty packet, however many transfers it takes", async () => {
    const chunks = source(
      [bytes(1), bytes(1, 2, 3, 4), bytes(5), bytes(1, 2, 3, 4), bytes(), bytes()],
      messages,
    );
    const all: number[][] = [];
    for (let each = await chunks.read(); each; each = await chunks.read()) all.push([...each]);
    expect(all).toEqual([[1], [1, 2, 3, 4, 5], [1, 2, 3, 4], []]);
  });

  it("are copied together, so that lent chunks may be overwritten", async () => {
    const lent = bytes(1, 2, 3, 4);
    let reads = 0;
    const chunks = source([], messages, {
      read: async () => (reads++ === 0 ? lent : lent.fill(9).subarray(0, 1)),
    });
    expect([...((await chunks.read()) ?? [])]).toEqual([1, 2, 3, 4, 9]);
  });

  it("that the end or an error cuts off are given, and then the error", async () => {
    const ended = source([bytes(1, 2, 3, 4)], messages);
    expect([...((await ended.read()) ?? [])]).toEqual([1, 2, 3, 4]);
    expect(await ended.read()).toBeUndefined();
    const failed = source([bytes(1, 2, 3, 4), new Error("unplugged")], messages);
    expect([...((await failed.read()) ?? [])]).toEqual([1, 2, 3, 4]);
    await expect(failed.read()).rejects.toThrow("unplugged");
  });

  it("longer than the buffer are refused with what had come of them", async () => {
    const chunks = source(Array(3).fill(bytes(1, 2, 3, 4)), messages);
    await expect(chunks.read()).rejects.toMatchObject({ code: "EOVERFLOW", partial: { length: 12 } });
  });
});
