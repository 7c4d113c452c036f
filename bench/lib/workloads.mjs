/**
 * What is measured: each is done by every rival, in its fastest way.
 *
 * @typedef {object} Workload
 * @property {string} name - As `--workload` and the rivals take it.
 * @property {string} title
 */

/** In the order of the tables. @type {readonly Workload[]} */
export const WORKLOADS = [
  { name: "control", title: "GET_DESCRIPTOR(18), one by one" },
  { name: "bulk", title: "bulk IN of 512 bytes, one by one" },
];
