import { describe, expect, it } from "vitest";
import { judge as judgeHeap } from "../checks/heap.mjs";
import { judge as judgeLine } from "../checks/line.mjs";
import { judge as judgeLoad } from "../checks/load.mjs";
import { RIVALS } from "../lib/rivals.mjs";
import { cellOf } from "../lib/solo/cells.mjs";
import { runsOf } from "../lib/solo/plan.mjs";
import { SOLO_ROWS } from "../lib/solo/rows.mjs";

const RIVAL_NAMES = ["usb2", "usb3", "tsusb"];
const rowsOf = (...names: readonly string[]) => SOLO_ROWS.filter(({ name }) => names.includes(name));
const [IMPORT, TIMEOUT] = [rowsOf("import")[0], rowsOf("timeout-10")[0]];
if (IMPORT === undefined || TIMEOUT === undefined) throw new Error("two rows are not there any more");

describe("the rows of which each rival is alone", () => {
  it("have names and groups of their own, and rivals that there are", () => {
    const names = SOLO_ROWS.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    const known = RIVALS.map(({ name }) => name);
    for (const { only, cannot, base } of SOLO_ROWS)
      for (const name of [...only, ...Object.keys(cannot), base ?? "c"]) expect(known).toContain(name);
  });

  it("run each rival once a round, and begin each round with another one", () => {
    const order = runsOf([TIMEOUT], RIVAL_NAMES, 2).map(({ rival }) => rival);
    expect(order).toEqual(["usb2", "usb3", "tsusb", "usb3", "tsusb", "usb2"]);
  });

  it("are run no more often than they want", () => {
    expect(runsOf([TIMEOUT], ["tsusb"], 12)).toHaveLength(TIMEOUT.rounds ?? 0);
  });

  it("share a process where one does for several, and leave out who can do none of them", () => {
    const runs = runsOf(rowsOf("late-timer", "late-timeout"), [...RIVAL_NAMES, "c"], 1);
    expect(runs.map(({ rival }) => rival)).toEqual(["usb2", "usb3", "tsusb"]);
  });

  it("run the bare interpreter just before what is imported, and give the difference", () => {
    const runs = runsOf([IMPORT], ["tsusb"], 2).map((run, at) => ({
      ...run,
      outcome: { stdout: '{"values":{}}', ms: [40, 65, 41, 70][at] ?? 0 },
    }));
    expect(runs.map(({ isBare }) => isBare === true)).toEqual([true, false, true, false]);
    expect(cellOf(IMPORT, "tsusb", runs).rounds).toEqual([25, 29]);
  });
});

describe("a cell of such a row", () => {
  const cell = (...stdouts: readonly (object | string)[]) =>
    cellOf(
      TIMEOUT,
      "tsusb",
      stdouts.map((answer) => ({
        row: TIMEOUT,
        rival: "tsusb",
        command: [],
        outcome:
          typeof answer === "string"
            ? { stdout: "", ms: 1, failure: answer }
            : { stdout: JSON.stringify(answer), ms: 1 },
      })),
    );

  it("has the value that the row is about of each round", () => {
    expect(cell({ values: { off: 1, other: 5 } }, { values: { off: 2 } }).rounds).toEqual([1, 2]);
  });

  it("has no figure if a round failed, was cut or could not be", () => {
    const whole = { values: { off: 1 } };
    expect(cell(whole, "ended with 1")).toMatchObject({ rounds: [], failure: "ended with 1" });
    expect(cell(whole, { cut: 2 })).toMatchObject({ rounds: [], cut: 2 });
    expect(cell(whole, { cannot: "no" })).toMatchObject({ rounds: [], cannot: "no" });
    expect(cell(whole, { values: {} })).toMatchObject({ rounds: [], failure: "answered undefined for off" });
  });

  it("says at once what its rival cannot", () => {
    expect(cellOf(IMPORT, "c", [])).toEqual({
      workload: "import",
      rival: "c",
      rounds: [],
      cannot: "is linked, not imported",
    });
  });
});

describe("the checks of such rows", () => {
  const kept = (verdicts: readonly { isKept: boolean }[]) => verdicts.map(({ isKept }) => isKept);
  const cells = (figures: Readonly<Record<string, readonly number[]>>) =>
    Object.entries(figures).map(([workload, rounds]) => ({ workload, rounds }));

  it("want 97 % of the line in the median round", () => {
    expect(kept(judgeLine(cells({ "busy-16k": [97, 97, 1], "busy-64k": [96.9] })))).toEqual([true, false]);
  });

  it("allow 1,500 bytes a chunk by the iterator, and 500 into a buffer or by a BYOB reader", () => {
    const most = { "heap-iterator": [1500], "heap-into": [500], "heap-byob": [500] };
    expect(kept(judgeHeap(cells(most)))).toEqual([true, true, true]);
    const more = { "heap-iterator": [1501], "heap-into": [501], "heap-byob": [501] };
    expect(kept(judgeHeap(cells(more)))).toEqual([false, false, false]);
    const [verdict] = judgeHeap(cells({ ...most, "heap-iterator-floor": [400] }));
    expect(verdict?.figure).toBe("1500 bytes; the same loop without tsusb 400");
  });

  it("allow a timer to be late by 5 ms and a timeout by 10", () => {
    expect(kept(judgeLoad(cells({ "late-timer": [5], "late-timeout": [10] })))).toEqual([true, true]);
    expect(kept(judgeLoad(cells({ "late-timer": [5.1], "late-timeout": [10.1] })))).toEqual([false, false]);
  });

  it("keep no bound that a figure is missing for", () => {
    for (const verdicts of [judgeLine([]), judgeHeap([]), judgeLoad([])])
      expect(kept(verdicts)).not.toContain(true);
  });
});
