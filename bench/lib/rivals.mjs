import { fileURLToPath } from "node:url";
import { compiled } from "./compiled.mjs";

const file = (name) => fileURLToPath(new URL(`../rivals/${name}`, import.meta.url));
const byNode = (name) => () => [process.execPath, file(name)];

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
 * @property {() => readonly string[]} command - Without the two arguments. May compile it first.
 */

/** In the order of the table. @type {readonly Rival[]} */
export const RIVALS = [
  { name: "c", title: "C, libusb 1.0", command: () => [compiled(file("c-libusb.c"))] },
  { name: "pyusb", title: "PyUSB", command: () => [PYTHON, file("pyusb.py")] },
  { name: "usb2", title: "npm usb 2", command: byNode("usb2.mjs") },
  { name: "usb3", title: "npm usb 3", command: byNode("usb3.mjs") },
  { name: "tsusb", title: "tsusb", command: byNode("tsusb.mjs") },
  { name: "tsusb-into", title: "tsusb, into a buffer", command: byNode("tsusb-into.mjs") },
];

/** The rival that the ratios are to. */
export const BASE = "c";
