import { fileURLToPath } from "node:url";
import { compiled } from "./compiled.mjs";

const file = (name) => fileURLToPath(new URL(`../rivals/${name}`, import.meta.url));
const byNode = (name) => () => [process.execPath, file(name)];
const byGcc = (name, flags) => () => [compiled(file(name), flags)];
const LIBUSB_1 = ["-I/usr/include/libusb-1.0", "-lusb-1.0"];
const LIBUSB_0 = ["-lusb", "-pthread"];

/** Debian's own, for which python3-usb is installed; another python3 may stand before it on PATH. */
const PYTHON = "/usr/bin/python3";

/**
 * Who is measured. A rival is a program: it takes the name of a workload and the `idProduct` of a device of its own, warms
 * up and prints `{ ready: true }` or `{ cannot: reason }`; for each line of seconds on its stdin it measures that long
 * and prints `{ us, transfers }`; it ends with its stdin.
 *
 * @typedef {object} Rival
 * @property {string} name - As `--rival` takes it.
 * @property {string} title
 * @property {string} base - The rival that its ratios are to: C over the same library.
 * @property {() => readonly string[]} command - Without the two arguments. May compile it first.
 */

/** C with libusb 0.1 and its reads pending: also what calls of fs are measured beside. */
export const cOverLibusb0 = byGcc("c-libusb0.c", LIBUSB_0);

/** In the order of the table. @type {readonly Rival[]} */
export const RIVALS = [
  { name: "c", title: "C, libusb 1.0", base: "c", command: byGcc("c-libusb.c", LIBUSB_1) },
  { name: "pyusb", title: "PyUSB", base: "c", command: () => [PYTHON, file("pyusb.py")] },
  { name: "usb2", title: "npm usb 2", base: "c", command: byNode("usb2.mjs") },
  { name: "usb3", title: "npm usb 3", base: "c", command: byNode("usb3.mjs") },
  { name: "tsusb", title: "tsusb", base: "c", command: byNode("tsusb.mjs") },
  { name: "tsusb-into", title: "tsusb, into a buffer", base: "c", command: byNode("tsusb-into.mjs") },
  { name: "tsusb-lend", title: "tsusb, lent memory", base: "c", command: byNode("tsusb-lend.mjs") },
  { name: "c-libusb0", title: "C, libusb 0.1", base: "c-libusb0", command: cOverLibusb0 },
  {
    name: "tsusb-libusb0",
    title: "tsusb, libusb 0.1",
    base: "c-libusb0",
    command: byNode("tsusb-libusb0.mjs"),
  },
];
