import { runOnBus } from "./bus.mjs";
import { FIRST_PRODUCT, withDevices } from "./devices.mjs";
import { median, summarise } from "./statistics.mjs";
import { rivalsOf } from "./workloads.mjs";

/**
 * One rival in one workload: `rounds` in the workload's unit, or `cannot`, `cut` or `failure`.
 *
 * @typedef {object} Cell
 * @property {string} workload
 * @property {string} rival
 * @property {readonly number[]} rounds
 * @property {string} [cannot]
 * @property {number} [cut] - Seconds after which it was ended.
 * @property {string} [failure]
 * @property {ReturnType<typeof summarise>} [summary]
 */

/** Seconds that a rival measures before it is the next one's turn: short beside what a machine changes its pace in. */
const SLICE = 0.05;

/**
 * Who is first, second … in each turn: each turn begins with another one, so that none always has the same neighbour.
 *
 * @template T
 * @param {readonly T[]} things
 * @param {number} turns
 * @returns {T[][]}
 */
export function rotations(things, turns) {
  return Array.from({ length: turns }, (_, turn) =>
    things.map((_, at) => things[(turn + at) % things.length]),
  );
}

/**
 * Runs every rival in every workload on one bus: in each round all rivals of a workload start anew, and measure in turn,
 * a slice each. A round's figure is the median of its slices.
 *
 * @param {object} options
 * @param {readonly import("./workloads.mjs").Workload[]} options.workloads
 * @param {readonly import("./rivals.mjs").Rival[]} options.rivals
 * @param {number} options.rounds
 * @param {number} options.seconds - What each measures for in each round, after its warm-up.
 * @param {(done: number, all: number, what: string) => void} [options.onProgress]
 * @returns {Promise<Cell[]>}
 */
export async function runRounds({ workloads, rivals, rounds, seconds, onProgress }) {
  const slices = Math.max(1, Math.round(seconds / SLICE));
  const plan = Array.from({ length: rounds }, () => workloads).flat();
  const jobs = plan.map((workload) => {
    const present = rivalsOf(workload, rivals);
    return {
      // Each rival has a device of its own: they are all there at the same time.
      rivals: present.map((rival, at) => [...rival.command(), workload.name, String(FIRST_PRODUCT + at)]),
      turns: rotations([...present.keys()], slices),
      slice: SLICE,
      stopsOthers: workload.isLoud === true,
    };
  });
  onProgress?.(0, plan.length, plan[0].name);
  const results = await withDevices(rivals.length, (devices) =>
    runOnBus(jobs, {
      devices,
      onOutcome: ({ rivals: present }, at) =>
        onProgress?.(at + 1, plan.length, `${plan[at].name}, of ${present.length} rivals`),
    }),
  );
  const cells = workloads.flatMap((workload) =>
    rivalsOf(workload, rivals).map((rival, at) => {
      const own = results.filter((_, round) => plan[round] === workload).map((outcome) => outcome.rivals[at]);
      return cellOf(workload.name, rival.name, own);
    }),
  );
  for (const cell of cells) {
    if (cell.rounds.length === 0) continue;
    const baseName = rivals.find(({ name }) => name === cell.rival)?.base;
    const base = cells.find(({ workload, rival }) => workload === cell.workload && rival === baseName);
    cell.summary = summarise(cell.rounds, base?.rounds.length ? base.rounds : undefined);
  }
  return cells;
}

function cellOf(workload, rival, outcomes) {
  const cell = { workload, rival, rounds: [] };
  for (const { us, ...otherwise } of outcomes) {
    if (us?.length > 0) cell.rounds.push(median(us));
    else Object.assign(cell, otherwise);
  }
  // A rival that failed once has no figure: the rounds that it survived would be a choice.
  return cell.failure === undefined ? cell : { ...cell, rounds: [] };
}
