/**
 * What is measured: each is done by every rival, in its fastest way.
 *
 * @typedef {object} Workload
 * @property {string} name - As `--workload` and the rivals take it.
 * @property {string} title
 * @property {readonly string[]} [only] - The rivals that it is for; default: all.
 * @property {boolean} [isLoud] - Whether a rival also works while it only waits for its turn; such a one is stopped.
 */

/** In the order of the tables. @type {readonly Workload[]} */
export const WORKLOADS = [
  { name: "control", title: "GET_DESCRIPTOR(18), one by one" },
  { name: "bulk", title: "bulk IN of 512 bytes, one by one" },
  {
    name: "pending",
    title: "the same with 8 reads pending",
    only: ["c-libusb0", "tsusb-libusb0"],
    isLoud: true,
  },
];

/**
 * Who of these takes part in a workload.
 *
 * @param {Workload} workload
 * @param {readonly import("./rivals.mjs").Rival[]} rivals
 */
export function rivalsOf({ only }, rivals) {
  return only === undefined ? rivals : rivals.filter(({ name }) => only.includes(name));
}
