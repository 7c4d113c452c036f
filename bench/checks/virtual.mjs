import { spawnSync } from "node:child_process";
import { alone } from "../lib/alone.mjs";
import { program } from "../lib/program.mjs";
import { median } from "../lib/statistics.mjs";
import { Unavailable } from "../lib/unavailable.mjs";

/** Control transfers a second, one after the other. */
const LEAST_CONTROL = 100_000;
/** Bytes a second in transfers of 64 KiB, one after the other. */
const LEAST_BULK = 1e9;
const CHUNK = 65_536;
/**
 * A machine that is kept busy by others may be too slow for these whatever it runs. There a transfer may take so many
 * times what the idle arm takes, an awaited promise or a copy, in the same turns.
 */
const MOST_IDLE = { control: 10, bulk: 1.5 };
const TURNS_A_ROUND = 4;
const SECONDS = 0.1;

/** A virtual device is fast enough that a test of somebody's driver measures that driver. */
export const virtual = {
  name: "virtual",
  async run({ rounds }) {
    return judge(measureVirtual(TURNS_A_ROUND * rounds, SECONDS));
  },
};

/**
 * @param {Readonly<Record<"control" | "calls" | "read" | "write" | "copy", readonly number[]>>} rates - Times a second,
 *   one for each turn.
 */
export function judge(rates) {
  const [control, calls, read, write, copy] = ["control", "calls", "read", "write", "copy"].map((arm) =>
    median(rates[arm]),
  );
  const gigabytes = (rate) => `${((rate * CHUNK) / 1e9).toFixed(2)} GB/s`;
  const bulk = (direction, rate) => ({
    what: `virtual device, one core: bulk ${direction} of 64 KiB`,
    bound: `at least ${LEAST_BULK / 1e9} GB/s, or the rate of plain copies / ${MOST_IDLE.bulk}`,
    figure: `${gigabytes(rate)}; copies of 64 KiB without a device ${gigabytes(copy)}`,
    isKept: rate * CHUNK >= Math.min(LEAST_BULK, (copy * CHUNK) / MOST_IDLE.bulk),
  });
  return [
    {
      what: "virtual device, one core: control transfers of 18 bytes",
      bound: `at least ${LEAST_CONTROL} a second, or the rate of plain promises / ${MOST_IDLE.control}`,
      figure: `${control.toFixed(0)}; promises without a device ${calls.toFixed(0)}`,
      isKept: control >= Math.min(LEAST_CONTROL, calls / MOST_IDLE.control),
    },
    bulk("IN", read),
    bulk("OUT", write),
  ];
}

/** @param {number} turns @param {number} seconds - What each arm measures in each turn. */
export function measureVirtual(turns, seconds) {
  const command = alone([process.execPath, program("virtual.mjs"), String(turns), String(seconds)]);
  const { status, error, stdout, stderr } = spawnSync(command.program, command.words, { encoding: "utf8" });
  if (error) throw new Unavailable(`${command.program}: ${error.message}`);
  if (status !== 0) throw new Error(stderr.trim());
  return JSON.parse(stdout);
}
