import { dependencies } from "../checks/dependencies.mjs";
import { eventLoop } from "../checks/event-loop.mjs";
import { heap } from "../checks/heap.mjs";
import { libusb0 } from "../checks/libusb0.mjs";
import { line } from "../checks/line.mjs";
import { load } from "../checks/load.mjs";
import { ratios } from "../checks/ratios.mjs";
import { selection } from "../checks/selection.mjs";
import { speed } from "../checks/speed.mjs";
import { start } from "../checks/start.mjs";
import { timeouts } from "../checks/timeouts.mjs";
import { virtual } from "../checks/virtual.mjs";

/**
 * One bound and what was measured of it.
 *
 * @typedef {object} Verdict
 * @property {string} what
 * @property {string} bound
 * @property {string} figure
 * @property {boolean} isKept
 * @property {string} [workload] - Name of the one that it is about.
 *
 * What tsusb has promised of its speed.
 *
 * @typedef {object} Check
 * @property {string} name - As `--check` takes it.
 * @property {boolean} [needsRounds] - Whether it judges the cells of the workloads.
 * @property {(context: { cells: readonly import("./rounds.mjs").Cell[], rounds: number }) =>
 *   Promise<readonly Verdict[]>} run
 */

/** In the order they run. @type {readonly Check[]} */
export const CHECKS = [
  speed,
  ratios,
  libusb0,
  line,
  load,
  heap,
  eventLoop,
  start,
  selection,
  timeouts,
  virtual,
  dependencies,
];
