import { runOnBus } from "../bus.mjs";
import { summarise } from "../statistics.mjs";
import { cellOf } from "./cells.mjs";
import { withSoloDevices } from "./devices.mjs";
import { runsOf } from "./plan.mjs";

/** Milliseconds that a program may take beyond what it was told to measure for: its start, and what it prepares. */
const PATIENCE_MS = 20_000;

/**
 * Runs every rival in every row, one process after the other, on a bus for each number of devices.
 *
 * @param {object} options
 * @param {readonly import("./rows.mjs").SoloRow[]} options.rows
 * @param {readonly { name: string }[]} options.rivals
 * @param {number} options.rounds - At most; a row may want fewer.
 * @param {(done: number, all: number, what: string) => void} [options.onProgress]
 * @returns {Promise<import("../rounds.mjs").Cell[]>}
 */
export async function runSolo({ rows, rivals, rounds, onProgress }) {
  const names = rivals.map(({ name }) => name);
  const runs = runsOf(rows, names, rounds);
  let done = 0;
  onProgress?.(0, runs.length, rows[0]?.title ?? "");
  for (const devices of new Set(runs.map((run) => run.row.devices))) {
    const own = runs.filter(({ row }) => row.devices === devices);
    const jobs = own.map(({ command, row }) => ({ command, limit: PATIENCE_MS + 2000 * row.seconds }));
    const outcomes = await withSoloDevices(devices, (file) =>
      runOnBus(jobs, {
        devices: file,
        onOutcome: (_, at) => onProgress?.(++done, runs.length, own[at].row.title),
      }),
    );
    for (const [at, outcome] of outcomes.entries()) own[at].outcome = outcome;
  }
  const cells = rows.flatMap((row) =>
    names.filter((name) => row.only.includes(name)).map((name) => cellOf(row, name, runs)),
  );
  for (const cell of cells) {
    if (cell.rounds.length === 0) continue;
    const { base } = rows.find(({ name }) => name === cell.workload);
    const of = cells.find(({ workload, rival }) => workload === cell.workload && rival === base);
    cell.summary = summarise(cell.rounds, of?.rounds.length ? of.rounds : undefined);
  }
  return cells;
}
