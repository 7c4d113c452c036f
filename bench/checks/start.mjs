import { runOnBus } from "../lib/bus.mjs";
import { program } from "../lib/program.mjs";
import { median } from "../lib/statistics.mjs";

const PYTHON = "/usr/bin/python3";
const PROGRAMS = [
  { name: "tsusb", command: [process.execPath, program("list.mjs")] },
  { name: "PyUSB", command: [PYTHON, program("list.py")] },
  { name: "node", command: [process.execPath, program("print.mjs")] },
  { name: "python", command: [PYTHON, program("print.py")] },
];

/**
 * Importing core and backend, finding and listing, against PyUSB's import and find. Node alone takes longer to start than
 * Python with PyUSB and all, whatever it runs: what counts is what a program takes longer than one that only prints.
 */
export const start = {
  name: "start",
  async run({ rounds }) {
    const ms = await measureStart(5 * rounds);
    // Within a round: from one to the next the machine may have changed its pace.
    const more = (name, empty) => median(ms[name].map((whole, round) => whole - ms[empty][round]));
    const [tsusb, pyusb] = [more("tsusb", "node"), more("PyUSB", "python")];
    const whole = PROGRAMS.map(({ name }) => `${name} ${median(ms[name]).toFixed(1)}`);
    return [
      {
        what: "import, find and list, beyond the interpreter's own start",
        bound: "faster than PyUSB",
        figure: `${tsusb.toFixed(1)} ms, ${pyusb.toFixed(1)} ms (whole processes: ${whole.join(", ")})`,
        isKept: tsusb < pyusb,
      },
    ];
  },
};

/**
 * Runs each program so often, in turn.
 *
 * @param {number} rounds
 * @returns {Promise<Record<string, number[]>>} By the program's name: milliseconds of its process, one for each round.
 */
export async function measureStart(rounds) {
  // One round more, which warms the caches of the file system.
  const plan = Array.from({ length: rounds + 1 }, () => PROGRAMS).flat();
  const outcomes = await runOnBus(plan);
  const listed = new Set();
  for (const [at, { failure, stdout }] of outcomes.entries()) {
    if (failure !== undefined) throw new Error(`${plan[at].name}: ${failure}`);
    if (/^(tsusb|PyUSB)$/.test(plan[at].name)) listed.add(stdout);
  }
  if (listed.size !== 1) throw new Error(`tsusb and PyUSB list differently:\n${[...listed].join("and\n")}`);
  const timesOf = (wanted) =>
    outcomes.filter((_, at) => at >= PROGRAMS.length && plan[at] === wanted).map(({ ms }) => ms);
  return Object.fromEntries(PROGRAMS.map((each) => [each.name, timesOf(each)]));
}
