import type { Results } from "../../lib/results.mjs";

const row = { group: "one by one", unit: "µs", better: "lower" } as const;

/** What a run might have written, small enough to be checked by hand. */
export const RUN: Results = {
  date: "2026-11-24T12:34:56.000Z",
  where: "bus",
  machine: { model: "Some CPU", kernel: "6.1", load: [0.5, 0.25] },
  rounds: 3,
  seconds: 0.25,
  workloads: [
    { ...row, name: "control", title: "GET_DESCRIPTOR(18)" },
    { ...row, name: "bulk", title: "bulk IN of 512 bytes" },
    { group: "memory (heap)", unit: "MB/s", better: "higher", name: "line", title: "share of the line" },
  ],
  rivals: [
    { name: "c", title: "C" },
    { name: "pyusb", title: "PyUSB" },
    { name: "usb2", title: "npm usb 2" },
    { name: "usb3", title: "npm usb 3" },
    { name: "tsusb", title: "tsusb" },
  ],
  cells: [
    { workload: "control", rival: "c", base: "c", rounds: [10, 20, 40] },
    { workload: "control", rival: "usb2", base: "c", rounds: [15, 40, 60] },
    { workload: "control", rival: "tsusb", base: "c", rounds: [11, 21, 80] },
    { workload: "control", rival: "usb3", base: "c", rounds: [], cut: 2 },
    { workload: "bulk", rival: "c", base: "c", rounds: [10, 10, 10] },
    { workload: "bulk", rival: "pyusb", base: "c", rounds: [], cannot: "has no a|b" },
    { workload: "bulk", rival: "usb2", base: "c", rounds: [], failure: "ended with 1:\n  lost" },
    { workload: "bulk", rival: "tsusb", base: "c", rounds: [12, 12, 12] },
    { workload: "line", rival: "usb2", rounds: [1234.5, 1300, 1200] },
    { workload: "line", rival: "tsusb", rounds: [4000, 4100, 3900] },
  ],
  verdicts: [
    {
      what: "control: tsusb, C",
      bound: "at most 1.1 ×",
      figure: "1.10 ×",
      isKept: true,
      workload: "control",
    },
    { what: "dependencies", bound: "nothing", figure: "left-pad", isKept: false },
  ],
};
