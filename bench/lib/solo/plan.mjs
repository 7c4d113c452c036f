import { rotations } from "../rounds.mjs";
import { bareCommandOf, commandOf } from "./programs.mjs";

/**
 * One process of one rival.
 *
 * @typedef {object} SoloRun
 * @property {import("./rows.mjs").SoloRow} row - One of those that it is for.
 * @property {string} rival
 * @property {readonly string[]} command
 * @property {boolean} [isBare] - Whether it is the rival's interpreter alone, just before the rival.
 * @property {import("../bus.mjs").Outcome} [outcome] - Once it has run.
 */

/**
 * Every process, in the order they run: a round has each rival once, and begins with another one than the round before.
 * Rows of one family and kind share theirs.
 *
 * @param {readonly import("./rows.mjs").SoloRow[]} rows
 * @param {readonly string[]} names - Of the rivals.
 * @param {number} rounds - At most.
 * @returns {SoloRun[]}
 */
export function runsOf(rows, names, rounds) {
  const distinct = rows.filter((row, at) => rows.findIndex((each) => isSameRun(each, row)) === at);
  return Array.from({ length: rounds }, (_, round) =>
    distinct
      .filter((row) => round < (row.rounds ?? rounds))
      .flatMap((row) => {
        const present = names.filter((name) => row.only.includes(name) && isThere(rows, row, name));
        const order = rotations(present, round + 1)[round];
        return order.flatMap((rival) => {
          const run = { row, rival, command: commandOf(rival, row) };
          return row.value === "process"
            ? [{ ...run, isBare: true, command: bareCommandOf(rival) }, run]
            : [run];
        });
      }),
  ).flat();
}

/** Whether one process does for both rows. */
export const isSameRun = (one, other) =>
  one.family === other.family && one.kind === other.kind && one.devices === other.devices;

/** Whether any row that this run is for wants the rival. */
const isThere = (rows, row, rival) =>
  rows.some((each) => isSameRun(each, row) && each.cannot[rival] === undefined);
