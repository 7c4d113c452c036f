import { describe, expect, it } from "vitest";
import { type Slot, SlotPool } from "../src/slot-pool.js";

function fixture({ memory = Number.POSITIVE_INFINITY } = {}) {
  const made: { id: number; capacity: number; packets: number }[] = [];
  const freed: number[] = [];
  const pool = new SlotPool({
    create: (capacity, packets) => {
      if (capacity > memory) return undefined;
      const id = made.length + 1;
      made.push({ id, capacity, packets });
      return [id, new Uint8Array(capacity), new Int32Array(packets * 3)];
    },
    free: (id) => freed.push(id),
  });
  const take = (size: number, packets = 0): Slot => {
    const slot = pool.take(size, packets);
    if (slot === undefined) throw new Error("there is no memory");
    return slot;
  };
  return { pool, take, made, freed };
}

describe("a pool of slots", () => {
  it("makes slots of the next power of two, and uses again what came back last", () => {
    const { pool, take, made } = fixture();
    const [first, second] = [take(65), take(128)];
    expect(made.map(({ capacity }) => capacity)).toEqual([128, 128]);
    pool.give(first);
    pool.give(second);
    expect(take(100)).toBe(second);
    expect(take(100)).toBe(first);
    expect(made).toHaveLength(2);
  });

  it("keeps slots of other sizes and of other numbers of packets apart", () => {
    const { pool, take, made } = fixture();
    pool.give(take(64));
    take(64, 3);
    take(65);
    expect(made.map(({ capacity, packets }) => [capacity, packets])).toEqual([
      [64, 0],
      [64, 4],
      [128, 0],
    ]);
  });

  it("makes a large slot to measure and frees it after use", () => {
    const { pool, take, made, freed } = fixture();
    const size = (1 << 20) + 1;
    pool.give(take(size));
    expect([made[0]?.capacity, freed]).toEqual([size, [1]]);
  });

  it("does not keep more than 16 MiB idle", () => {
    const { pool, take, freed } = fixture();
    const slots = Array.from({ length: 17 }, () => take(1 << 20));
    for (const slot of slots) pool.give(slot);
    expect(freed).toEqual([17]);
  });

  it("gives nothing where there is no memory", () => {
    expect(fixture({ memory: 1024 }).pool.take(4096, 0)).toBeUndefined();
  });

  it("tells the user of a slot of its end, and nobody of a slot that is free or unknown", () => {
    const { pool, take } = fixture();
    const ends: number[][] = [];
    const slot = take(64);
    slot.user = { settle: (status, length) => ends.push([status, length]) };
    pool.complete(slot.id, -7, 5);
    pool.give(slot);
    pool.complete(slot.id, 0, 64);
    pool.complete(99, 0, 64);
    expect(ends).toEqual([[-7, 5]]);
  });

  it("frees every slot at the end", () => {
    const { pool, take, freed } = fixture();
    pool.give(take(64));
    take(4096);
    pool.clear();
    expect(freed).toEqual([1, 2]);
  });
});
