import { runOnBus } from "../lib/bus.mjs";
import { FIRST_PRODUCT, withDevices } from "../lib/devices.mjs";
import { printed, program } from "../lib/program.mjs";
import { cOverLibusb0 } from "../lib/rivals.mjs";

import { median } from "../lib/statistics.mjs";

/** How much longer than C with libusb 0.1 one transfer may take, by workload. */
const MOST = { bulk: 1.5, pending: 1.3 };
/** How much longer a call of fs may take while reads are pending, or than beside a C program with such reads. */
const MOST_FS = 1.1;
const SLICES_A_ROUND = 4;
const SLICE_MS = 100;

/** Blocking calls of libusb 0.1 on threads of our own: near to C, and out of the way of everything else. */
export const libusb0 = {
  name: "libusb0",
  needsRounds: true,
  async run({ cells, rounds }) {
    return [
      ...Object.keys(MOST).map((workload) => judge(workload, (rival) => figureOf(cells, workload, rival))),
      ...judgeFileSystem(await measureFileSystem(SLICES_A_ROUND * rounds, SLICE_MS)),
    ];
  },
};

/**
 * @param {keyof typeof MOST} workload
 * @param {(rival: string) => number | undefined} figure - Median microseconds; `undefined` if there is none.
 */
export function judge(workload, figure) {
  const [ours, theirs] = [figure("tsusb-libusb0"), figure("c-libusb0")];
  const isMeasured = ours !== undefined && theirs !== undefined;
  const words = `${ours?.toFixed(1)} µs, ${theirs?.toFixed(1)} µs: ${(ours / theirs).toFixed(2)} ×`;
  return {
    what: `${workload === "pending" ? "bulk with 8 reads pending" : workload}, one by one, libusb 0.1: tsusb, C`,
    bound: `at most ${MOST[workload]} ×`,
    figure: isMeasured ? words : "no figure",
    isKept: isMeasured && ours <= theirs * MOST[workload],
  };
}

/**
 * @typedef {Readonly<Record<string, readonly number[]>>} Calls - Microseconds by name of the call.
 *
 * @param {{ idle: Calls, pending: Calls, beside: Calls, early: number }} run - `beside`: with the reads pending in a C
 *   program instead; `early`: reads that were not pending to the end.
 */
export function judgeFileSystem({ idle, pending, beside, early }) {
  return Object.keys(idle).map((name) => {
    const [free, held, besideC] = [idle[name], pending[name], beside[name]].map(median);
    const times = (value) => `${value.toFixed(1)} µs, ${(value / free).toFixed(2)} ×`;
    return {
      what: `fs ${name} with 8 reads of libusb 0.1 pending, median of ${pending[name].length}`,
      bound: `at most ${MOST_FS} × idle, or × beside a C program with such reads`,
      figure:
        early > 0
          ? `${early} reads ended too early`
          : `${times(held)} idle's ${free.toFixed(1)} µs; beside C ${times(besideC)}`,
      // libusb 0.1 looks at each pending read a thousand times a second, whoever calls it: what that takes of the
      // machine is the library's, and what our waiting adds is ours.
      isKept: early === 0 && held <= Math.max(free, besideC) * MOST_FS,
    };
  });
}

/** @param {number} slices - Of each arm. @param {number} ms - Of one slice. */
export async function measureFileSystem(slices, ms) {
  const words = [FIRST_PRODUCT, slices, ms].map(String);
  const command = [process.execPath, program("file-system.mjs"), ...words, ...cOverLibusb0()];
  // On every CPU: on one alone the polling takes so much of it that nothing else could be seen.
  const [outcome] = await withDevices(2, (devices) =>
    runOnBus([{ command, limit: 30_000 + 10 * slices * ms }], { devices, onEveryCpu: true }),
  );
  return printed(outcome);
}

function figureOf(cells, workload, rival) {
  return cells.find((cell) => cell.workload === workload && cell.rival === rival)?.summary?.median;
}
