import { figuresOf } from "./figures.mjs";

/**
 * The rows that stand under one heading, with what each rival came to in them.
 *
 * @typedef {object} Group
 * @property {string} name
 * @property {string} slug - The name, as a file or an anchor has it.
 * @property {readonly (import("../results.mjs").Row & { entries: readonly Entry[] })[]} rows
 *
 * One rival in one row: `figures`, or why there are none.
 *
 * @typedef {object} Entry
 * @property {string} rival
 * @property {string} title
 * @property {boolean} isBase - Whether other ratios in the row are to its figures.
 * @property {import("./figures.mjs").Figures} [figures]
 * @property {string} [cannot]
 * @property {number} [cut]
 * @property {string} [failure]
 */

/** @param {import("../results.mjs").Results} results @returns {readonly Group[]} In the order of the run. */
export function groupsOf(results) {
  const names = [...new Set(results.workloads.map(({ group }) => group))];
  return names.map((name) => ({
    name,
    slug: name
      .toLowerCase()
      .replace(/[^a-z0-9]+/g, "-")
      .replace(/^-|-$/g, ""),
    rows: results.workloads
      .filter(({ group }) => group === name)
      .map((row) => ({ ...row, entries: entriesOf(results, row) })),
  }));
}

function entriesOf({ cells, rivals }, { name, better }) {
  const own = cells.filter(({ workload }) => workload === name);
  return rivals.flatMap(({ name: rival, title }) => {
    const cell = own.find((each) => each.rival === rival);
    if (cell === undefined) return [];
    const { rounds, base, cannot, cut, failure } = cell;
    const isBase = own.some((each) => each.base === rival);
    const baseRounds = own.find((each) => each.rival === base)?.rounds;
    if (rounds.length > 0) return [{ rival, title, isBase, figures: figuresOf(rounds, baseRounds, better) }];
    return [{ rival, title, isBase, cannot, cut, failure }];
  });
}
