import { runOnBus } from "../lib/bus.mjs";
import { program } from "../lib/program.mjs";
import { median } from "../lib/statistics.mjs";

const PYTHON = "/usr/bin/python3";
const PROGRAMS = [
  { name: "tsusb", command: [process.execPath, program("list.mjs")] },
  { name: "PyUSB", command: [PYTHON, program("list.py")] },
  { name: "empty node", command: [process.execPath, program("empty.mjs")] },
  { name: "empty python", command: [PYTHON, program("empty.py")] },
];

/** Importing core and backend, finding and listing, against PyUSB's import and find. */
export const start = {
  name: "start",
  async run({ rounds }) {
    const ms = await measureStart(3 * rounds);
    const tsusb = ms.tsusb - ms["empty node"];
    const pyusb = ms.PyUSB - ms["empty python"];
    const parts = Object.entries(ms).map(([name, each]) => `${name} ${each.toFixed(1)}`);
    return [
      {
        what: "import, find and list: process less an empty one",
        bound: "faster than PyUSB",
        figure: `${tsusb.toFixed(1)} ms, ${pyusb.toFixed(1)} ms (whole: ${parts.join(", ")})`,
        isKept: tsusb < pyusb,
      },
    ];
  },
};

/**
 * Runs each program so often, in turn.
 *
 * @param {number} rounds
 * @returns {Promise<Record<string, number>>} Median milliseconds of the whole process, by the program's name.
 */
export async function measureStart(rounds) {
  // The first round warms the caches of the file system.
  const plan = Array.from({ length: rounds + 1 }, () => PROGRAMS).flat();
  const outcomes = await runOnBus(plan);
  const listed = new Set();
  for (const [at, { failure, stdout }] of outcomes.entries()) {
    if (failure !== undefined) throw new Error(`${plan[at].name}: ${failure}`);
    if (stdout !== "") listed.add(stdout);
  }
  if (listed.size !== 1) throw new Error(`tsusb and PyUSB list differently: ${[...listed].join(" and ")}`);
  return Object.fromEntries(
    PROGRAMS.map((each) => [
      each.name,
      median(outcomes.filter((_, at) => at >= PROGRAMS.length && plan[at] === each).map(({ ms }) => ms)),
    ]),
  );
}
