import { readFileSync } from "node:fs";
import { UsageError } from "./arguments.mjs";

/**
 * What `--json` writes: everything that a reader of the figures wants to know of one run.
 *
 * @typedef {object} Results
 * @property {string} date - When it was written, ISO 8601.
 * @property {"bus" | "guest"} where - On the played bus, or in the guest with a kernel of its own.
 * @property {Readonly<Record<string, unknown>>} machine
 * @property {number} rounds
 * @property {number} seconds - That each rival measured in each round.
 * @property {readonly Row[]} workloads
 * @property {readonly { name: string, title: string }[]} rivals
 * @property {readonly ResultCell[]} cells
 * @property {readonly import("./checks.mjs").Verdict[]} verdicts
 *
 * @typedef {object} Row
 * @property {string} name
 * @property {string} group - Heading that it stands under.
 * @property {string} title
 * @property {string} unit
 * @property {"lower" | "higher"} better
 *
 * @typedef {object} ResultCell
 * @property {string} workload
 * @property {string} rival
 * @property {string} [base] - The rival that its ratios are to; none for one that is compared with nobody.
 * @property {readonly number[]} rounds - A figure for each, in the row's unit; none if one of the next three is there.
 * @property {string} [cannot] - Why the rival has no way to do it.
 * @property {number} [cut] - Seconds after which it was ended.
 * @property {string} [failure]
 */

/**
 * Puts a run together. Of the workloads and the rivals it keeps what a reader needs.
 *
 * @param {Omit<Results, "date" | "cells"> & { cells: readonly import("./rounds.mjs").Cell[],
 *   rivals: readonly import("./rivals.mjs").Rival[] }} run
 * @param {Date} now
 * @returns {Results}
 */
export function resultsOf({ workloads, rivals, cells, ...run }, now) {
  const baseOf = ({ workload, rival }) => {
    const row = workloads.find(({ name }) => name === workload);
    return row?.isSolo ? row.base : rivals.find(({ name }) => name === rival)?.base;
  };
  return {
    ...run,
    date: now.toISOString(),
    workloads: workloads.map(({ name, group, title, unit, better }) => ({
      name,
      group,
      title,
      unit,
      better,
    })),
    rivals: rivals.map(({ name, title }) => ({ name, title })),
    cells: cells.map((cell) => ({ ...cell, base: baseOf(cell) })),
  };
}

/**
 * Reads what `--json` has written.
 *
 * @param {string} file
 * @returns {Results}
 * @throws UsageError if it is something else.
 */
export function readResults(file) {
  const remedy = "write it by npm run bench -- --json FILE";
  let results;
  try {
    results = JSON.parse(readFileSync(file, "utf8"));
  } catch (error) {
    throw new UsageError(`${file}: ${error.message}; ${remedy}`);
  }
  const lists = ["workloads", "rivals", "cells", "verdicts"];
  const lacking = [
    ...(typeof results?.date === "string" ? [] : ["date"]),
    ...(["bus", "guest"].includes(results?.where) ? [] : ["where (bus or guest)"]),
    ...lists.filter((name) => !Array.isArray(results?.[name])),
  ];
  if (lacking.length > 0) throw new UsageError(`${file}: has no ${lacking.join(", ")}; ${remedy}`);
  return results;
}
