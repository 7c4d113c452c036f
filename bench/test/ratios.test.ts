import { describe, expect, it } from "vitest";
import { BOUNDS, judge } from "../checks/ratios.mjs";

type Figures = Readonly<Record<string, readonly number[]>>;

const WORKLOADS = [...new Set(BOUNDS.map(({ workload }) => workload))];
const EVEN: Figures = { c: [10, 20], tsusb: [10, 20], "tsusb-into": [10, 20], usb2: [11, 22] };

/** The verdicts on one workload, the others being as they should; and on all of them if none is named. */
function judged(figures: Figures, workload?: string) {
  const cells = WORKLOADS.flatMap((name) =>
    Object.entries(workload === undefined || name === workload ? figures : EVEN).map(([rival, rounds]) => ({
      workload: name,
      rival,
      rounds,
    })),
  );
  return judge(cells).filter(({ what }) => workload === undefined || what.startsWith(`${workload}: `));
}

const kept = (figures: Figures, workload: string) => judged(figures, workload).map(({ isKept }) => isKept);

describe("the check of ratios", () => {
  it("has a bound for each row beside C, and one beside the peers for each workload", () => {
    const verdicts = judged(EVEN);
    expect(verdicts).toHaveLength(BOUNDS.length + WORKLOADS.length);
    expect(verdicts.every(({ isKept }) => isKept)).toBe(true);
  });

  it("judges by the median of the ratios of each round, and prints those of medians and minima beside it", () => {
    const figures = { ...EVEN, c: [10, 20, 40], "tsusb-into": [10, 20, 80], tsusb: [20, 40, 80] };
    const [into] = judged({ ...figures, usb2: [30, 60, 120] }, "bulk");
    expect(into).toMatchObject({ isKept: true });
    expect(into?.figure).toBe("tsusb-into 1.000 × (medians 1.000 ×, minima 1.000 ×)");
    // The medians alone would say 1.
    expect(kept({ ...EVEN, c: [10, 20, 40], "tsusb-into": [20, 10, 80] }, "bulk")[0]).toBe(false);
  });

  it("holds reads to their own bound, and a stream to the best of its ways", () => {
    const bulk = { c: [100], "tsusb-into": [108], tsusb: [115], usb2: [120] };
    expect(kept(bulk, "bulk")).toEqual([true, true, true]);
    expect(kept({ ...bulk, "tsusb-into": [108.1], tsusb: [115.1] }, "bulk")).toEqual([false, false, true]);
    const stream = { c: [100], tsusb: [150], "tsusb-into": [130], "tsusb-lend": [106], usb2: [140] };
    expect(kept(stream, "stream")).toEqual([true, true]);
    expect(kept({ ...stream, "tsusb-lend": [106.1] }, "stream")).toEqual([false, true]);
  });

  it("allows no peer to be faster than tsusb's best way", () => {
    const figures = { c: [100], tsusb: [105], "tsusb-into": [102], pyusb: [101], usb2: [150] };
    expect(kept(figures, "control")).toEqual([true, false]);
    expect(kept({ ...figures, pyusb: [102] }, "control")).toEqual([true, true]);
  });

  it("keeps no bound that a figure is missing for", () => {
    const { c: _, ...withoutC } = EVEN;
    expect(kept(withoutC, "stream-64k")).toEqual([false, false]);
    expect(kept({ c: [10, 20], tsusb: [], usb2: [11, 22] }, "bulk-x16")).toEqual([false, false]);
    expect(kept({ c: [10, 20], tsusb: [10, 20] }, "bulk-x16")).toEqual([true, false]);
  });
});
