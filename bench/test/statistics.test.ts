import { describe, expect, it } from "vitest";
import { rotations } from "../lib/rounds.mjs";
import { median, percentile, summarise } from "../lib/statistics.mjs";

describe("the statistics", () => {
  it("take the middle of an odd number of values and the mean of the two middle ones of an even number", () => {
    expect(median([9, 1, 10])).toBe(9);
    expect(median([4, 1, 3, 2])).toBe(2.5);
  });

  it("sort by value, not by text, and leave what they were given as it was", () => {
    const values = [100, 20, 3];
    expect(median(values)).toBe(20);
    expect(values).toEqual([100, 20, 3]);
  });

  it("give the smallest value that so many do not exceed", () => {
    const hundred = Array.from({ length: 100 }, (_, at) => 100 - at);
    expect(percentile(hundred, 99)).toBe(99);
    expect(percentile(hundred, 100)).toBe(100);
    expect(percentile([5], 99)).toBe(5);
  });

  it("refuse to say anything of no values or of an impossible percentage", () => {
    expect(() => median([])).toThrow(RangeError);
    expect(() => percentile([], 99)).toThrow(RangeError);
    expect(() => percentile([1], 0)).toThrow(RangeError);
    expect(() => percentile([1], 101)).toThrow(RangeError);
  });

  it("set the medians and the minima of a rival against those of the base", () => {
    expect(summarise([30, 20, 40], [10, 20, 15])).toEqual({
      median: 30,
      minimum: 20,
      maximum: 40,
      ratio: 2,
      ratioOfMinima: 2,
    });
  });

  it("give no ratio where the base was not run", () => {
    expect(summarise([3], undefined)).toEqual({ median: 3, minimum: 3, maximum: 3 });
  });
});

describe("the order of the rivals", () => {
  it("has every rival once a turn, and begins each turn with another one", () => {
    const turns = rotations(["a", "b", "c"], 4);
    expect(turns).toEqual([
      ["a", "b", "c"],
      ["b", "c", "a"],
      ["c", "a", "b"],
      ["a", "b", "c"],
    ]);
  });
});
