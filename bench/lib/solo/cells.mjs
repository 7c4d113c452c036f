import { isSameRun } from "./plan.mjs";

/**
 * What a rival's processes have answered for a row.
 *
 * @param {import("./rows.mjs").SoloRow} row
 * @param {string} rival
 * @param {readonly import("./plan.mjs").SoloRun[]} runs
 * @returns {import("../rounds.mjs").Cell}
 */
export function cellOf(row, rival, runs) {
  const cell = { workload: row.name, rival, rounds: [] };
  const cannot = row.cannot[rival];
  if (cannot !== undefined) return { ...cell, cannot };
  const own = runs.filter((run) => run.rival === rival && isSameRun(run.row, row));
  // Who failed or was cut once has no figure: the rounds that it survived would be a choice.
  const failed = own.find(({ outcome }) => outcome.failure !== undefined);
  if (failed) return { ...cell, failure: failed.outcome.failure };
  const answers = own
    .filter(({ isBare }) => !isBare)
    .map(({ outcome }) => ({ ...JSON.parse(outcome.stdout), ms: outcome.ms }));
  const without = answers.find((answer) => answer.cannot !== undefined || answer.cut !== undefined);
  if (without) return { ...cell, ...(without.cannot ? { cannot: without.cannot } : { cut: without.cut }) };
  const bare = own.filter(({ isBare }) => isBare).map(({ outcome }) => outcome.ms);
  const values = answers.map(({ values, ms }, at) =>
    row.value === "process" ? ms - bare[at] : values[row.value],
  );
  const wrong = values.findIndex((value) => !Number.isFinite(value));
  return wrong === -1
    ? { ...cell, rounds: values }
    : { ...cell, failure: `answered ${values[wrong]} for ${row.value}` };
}
