import { runOnBus } from "./bus.mjs";
import { BASE } from "./rivals.mjs";
import { summarise } from "./statistics.mjs";

/**
 * One rival in one workload: `rounds` in microseconds for each transfer, or `cannot`, or `failure`.
 *
 * @typedef {object} Cell
 * @property {string} workload
 * @property {string} rival
 * @property {readonly number[]} rounds
 * @property {string} [cannot]
 * @property {string} [failure]
 * @property {ReturnType<typeof summarise>} [summary]
 */

/**
 * The order of the cells in each round: all rivals of a workload directly after one another, and each round begins with
 * another rival, so that none always has the same neighbour in time.
 *
 * @template W, R
 * @param {readonly W[]} workloads
 * @param {readonly R[]} rivals
 * @param {number} rounds
 * @returns {{ workload: W, rival: R }[]}
 */
export function interleave(workloads, rivals, rounds) {
  const plan = [];
  for (let round = 0; round < rounds; round++)
    for (const workload of workloads)
      for (let at = 0; at < rivals.length; at++)
        plan.push({ workload, rival: rivals[(round + at) % rivals.length] });
  return plan;
}

/**
 * Runs every rival in every workload, interleaved on one bus.
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
  const commands = new Map(rivals.map((rival) => [rival.name, rival.command()]));
  const plan = interleave(workloads, rivals, rounds);
  const jobs = plan.map(({ workload, rival }) => ({
    command: [...commands.get(rival.name), workload.name, String(seconds)],
    limit: seconds * 1000 + 20_000,
  }));
  const outcomes = await runOnBus(jobs, {
    onOutcome: (_, at) =>
      onProgress?.(at + 1, plan.length, `${plan[at].workload.name} ${plan[at].rival.name}`),
  });
  const cells = workloads.flatMap((workload) =>
    rivals.map((rival) => cellOf(workload.name, rival.name, outcomesOf(workload, rival))),
  );
  for (const cell of cells) {
    if (cell.rounds.length === 0) continue;
    const base = cells.find(({ workload, rival }) => workload === cell.workload && rival === BASE);
    cell.summary = summarise(cell.rounds, base?.rounds.length ? base.rounds : undefined);
  }
  return cells;

  function outcomesOf(workload, rival) {
    return outcomes.filter((_, at) => plan[at].workload === workload && plan[at].rival === rival);
  }
}

function cellOf(workload, rival, outcomes) {
  const cell = { workload, rival, rounds: [] };
  for (const { stdout, failure } of outcomes) {
    const said = failure === undefined ? JSON.parse(stdout.trim().split("\n").at(-1)) : { failure };
    if (said.us !== undefined) cell.rounds.push(said.us);
    else Object.assign(cell, said);
  }
  // A rival that failed once has no figure: the rounds that it survived would be a choice.
  return cell.failure === undefined ? cell : { ...cell, rounds: [] };
}
