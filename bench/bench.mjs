#!/usr/bin/env node
// Measures tsusb beside its rivals; see README.md.
import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { HELP, readArguments } from "./lib/arguments.mjs";
import { describeMachine, ensureMachine } from "./lib/machine.mjs";
import { withProgress } from "./lib/progress.mjs";
import { resultsOf } from "./lib/results.mjs";
import { runRounds } from "./lib/rounds.mjs";
import { runSolo } from "./lib/solo/run.mjs";
import { workloadTables } from "./lib/table.mjs";

try {
  const options = readArguments(process.argv.slice(2));
  if (options.help) process.stdout.write(HELP);
  else if (options.report.length > 0) await report(options.report);
  else await main(options);
} catch (error) {
  // What has an exit status of its own is the reader's to mend; anything else is ours, and shows where.
  process.stderr.write(`bench: ${error.exitStatus ? error.message : error.stack}\n`);
  process.exitCode = error.exitStatus ?? 1;
}

/** @param {ReturnType<typeof readArguments>} options */
async function main({ workloads, rivals, rounds, seconds, checks, json }) {
  ensureMachine();
  const machine = describeMachine();
  // A file is of everything; a check alone needs no more than the workloads that it judges.
  const isWhole = checks.length === 0 || json !== undefined;
  const needsRounds = checks.some((check) => check.needsRounds);
  const measured = workloads.filter(({ isSolo }) => isWhole || (needsRounds && !isSolo));
  const cells = await measure(measured, { rivals, rounds, seconds });
  if (measured.length > 0) {
    process.stdout.write(`${workloadTables(cells, measured, rivals)}\n\n`);
    process.stdout.write(
      `Medians of ${rounds} rounds of ${seconds} s each, one CPU; load ${machine.load.join(", ")}\n`,
    );
  }
  const verdicts = await withProgress((show) => verdictsOf(checks, { cells, rounds }, show));
  if (checks.length > 0) process.stdout.write(`\n${verdictLines(verdicts)}\n`);
  if (json !== undefined) {
    const run = { where: "bus", machine, rounds, seconds, workloads: measured, rivals, cells, verdicts };
    writeFileSync(json, `${JSON.stringify(resultsOf(run, new Date()), undefined, 2)}\n`);
  }
  const failed = cells.filter(({ failure }) => failure !== undefined);
  for (const { workload, rival, failure } of failed)
    process.stderr.write(`bench: ${rival} failed in ${workload}: ${failure}\n`);
  if (failed.length > 0 || verdicts.some(({ isKept }) => !isKept)) process.exitCode = 1;
}

/** Those who are there at the same time first, then those who are alone. */
async function measure(workloads, { rivals, rounds, seconds }) {
  const raced = workloads.filter(({ isSolo }) => !isSolo);
  const rows = workloads.filter(({ isSolo }) => isSolo);
  const cells = [];
  if (raced.length > 0)
    cells.push(
      ...(await withProgress((onProgress) =>
        runRounds({ workloads: raced, rivals, rounds, seconds, onProgress }),
      )),
    );
  if (rows.length > 0)
    cells.push(...(await withProgress((onProgress) => runSolo({ rows, rivals, rounds, onProgress }))));
  return cells;
}

/** @param {readonly string[]} files */
async function report(files) {
  // Not before: drawing takes longer to load than all the rest.
  const { writeReport } = await import("./lib/report/report.mjs");
  const docs = fileURLToPath(new URL("../docs/", import.meta.url));
  const [page, ...charts] = await writeReport(files, docs);
  process.stdout.write(`${page}, with ${charts.length} charts\n`);
}

async function verdictsOf(checks, context, show) {
  const verdicts = [];
  for (const [at, { name, run }] of checks.entries()) {
    show(at, checks.length, `check ${name}`);
    verdicts.push(...(await judged(name, () => run(context))));
  }
  return verdicts;
}

/** A check that cannot be made is a bound that is not kept. */
async function judged(name, run) {
  try {
    return await run();
  } catch (error) {
    if (error.exitStatus) throw error;
    process.stderr.write(`bench: check ${name}: ${error.message}\n`);
    return [{ what: name, bound: "can be checked", figure: "failed", isKept: false }];
  }
}

/** Two lines for each bound. @param {readonly import("./lib/checks.mjs").Verdict[]} verdicts */
function verdictLines(verdicts) {
  return verdicts
    .map(
      ({ what, bound, figure, isKept }) =>
        `${isKept ? "kept    " : "NOT KEPT"}  ${what}: ${bound}\n          ${figure}`,
    )
    .join("\n");
}
