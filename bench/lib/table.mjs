import { words } from "./report/figures.mjs";
import { rivalsOf } from "./workloads.mjs";

/**
 * Lays out rows under a heading: the first column to the left, the others to the right.
 *
 * @param {readonly (readonly string[])[]} rows - The first one is the heading.
 * @returns {string}
 */
export function table(rows) {
  // What is said in place of figures may be longer than their columns.
  const full = rows.filter((row) => row.length === rows[0].length);
  const first = Math.max(...rows.map(([title]) => title.length));
  const widths = rows[0].map((_, column) =>
    column === 0 ? first : Math.max(...full.map((row) => row[column].length)),
  );
  return rows
    .map((row) =>
      row
        .map((cell, column) => (column === 0 ? cell.padEnd(widths[column]) : cell.padStart(widths[column])))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}

/**
 * One table for each workload.
 *
 * @param {readonly import("./rounds.mjs").Cell[]} cells
 * @param {readonly import("./workloads.mjs").Workload[]} workloads
 * @param {readonly import("./rivals.mjs").Rival[]} rivals
 * @returns {string}
 */
export function workloadTables(cells, workloads, rivals) {
  return workloads
    .map((workload) => {
      const { name, title, unit, better } = workload;
      const figure = better === "lower" ? unit : `${unit}, more is better`;
      const heading = [figure, "× C", "× C by minima", "lowest", "highest"];
      const rows = rivalsOf(workload, rivals).map((rival) => {
        const cell = cells.find((each) => each.workload === name && each.rival === rival.name);
        return [rival.title, ...columnsOf(cell)];
      });
      return table([[title, ...heading], ...rows]);
    })
    .join("\n\n");
}

function columnsOf(cell) {
  if (cell?.summary === undefined) {
    if (cell?.cut !== undefined) return [`cut at ${cell.cut} s`];
    return [cell?.cannot ? `cannot: ${cell.cannot}` : `failed: ${cell?.failure}`];
  }
  const { median, minimum, maximum, ratio, ratioOfMinima } = cell.summary;
  const times = (value) => (value === undefined ? "" : value.toFixed(2));
  return [words(median), times(ratio), times(ratioOfMinima), words(minimum), words(maximum)];
}
