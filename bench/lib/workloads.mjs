import { SOLO_ROWS } from "./solo/rows.mjs";

/**
 * What is measured: each is done by every rival, in its fastest way.
 *
 * @typedef {object} Workload
 * @property {string} name - As `--workload` and the rivals take it.
 * @property {string} title
 * @property {string} group - Heading that it stands under.
 * @property {string} unit - Of its figures; what one figure is for is in the title.
 * @property {"lower" | "higher"} better
 * @property {readonly string[]} [only] - The rivals that it is for; default: all.
 * @property {boolean} [isSolo] - Whether each rival does it in a process that is there alone: see solo/rows.mjs.
 * @property {boolean} [isLoud] - Whether a rival also works while it only waits for its turn; such a one is stopped.
 */

/** Who works over libusb 1.0, or beside it, one transfer after the other. */
const LIBUSB_1 = ["c", "pyusb", "usb2", "usb3", "tsusb", "tsusb-into"];
const LIBUSB_0 = ["c-libusb0", "tsusb-libusb0"];
const STREAMING = [...LIBUSB_1, "tsusb-lend"];

const common = { unit: "µs", better: /** @type {const} */ ("lower") };
const oneByOne = { ...common, group: "one by one" };
const inFlight = { ...common, group: "in flight", only: LIBUSB_1, isLoud: true };
const streams = { ...common, group: "streams", only: STREAMING, isLoud: true };

/** In the order of the tables. @type {readonly Workload[]} */
export const WORKLOADS = [
  {
    ...oneByOne,
    name: "control",
    title: "GET_DESCRIPTOR(18), one by one",
    only: [...LIBUSB_1, ...LIBUSB_0],
  },
  { ...oneByOne, name: "bulk", title: "bulk IN of 512 bytes, one by one", only: [...LIBUSB_1, ...LIBUSB_0] },
  { ...oneByOne, name: "bulk-64k", title: "bulk IN of 64 KiB, one by one", only: LIBUSB_1 },
  { ...inFlight, name: "bulk-x16", title: "bulk IN of 512 bytes, 16 in flight" },
  { ...inFlight, name: "bulk-64k-x16", title: "bulk IN of 64 KiB, 16 in flight" },
  { ...streams, name: "stream", title: "stream of 512 bytes, 16 in flight" },
  { ...streams, name: "stream-64k", title: "stream of 64 KiB, 16 in flight" },
  {
    ...common,
    group: "libusb 0.1",
    name: "pending",
    title: "bulk IN of 512 bytes with 8 reads pending",
    only: LIBUSB_0,
    isLoud: true,
  },
  ...SOLO_ROWS,
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
