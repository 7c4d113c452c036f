import { fileURLToPath } from "node:url";
import { compiled } from "../compiled.mjs";
import { program } from "../program.mjs";

/** Debian's own, for which python3-usb is installed; another python3 may stand before it on PATH. */
const PYTHON = "/usr/bin/python3";
const file = (name) => fileURLToPath(new URL(`../../rivals/${name}`, import.meta.url));
const node = (rival) => (family) => [process.execPath, "--expose-gc", file(`${rival}/${family}.mjs`)];

/** By rival: what runs one of its families. Its arguments are the kind, and the seconds to measure for. */
const RUNNERS = {
  c: (family) => [compiled(file(`c/${family}.c`), ["-I/usr/include/libusb-1.0", "-lusb-1.0", "-pthread"])],
  // -B: no compiled files beside the sources.
  pyusb: (family) => [PYTHON, "-B", file(`pyusb/${family}.py`)],
  usb2: node("usb2"),
  usb3: node("usb3"),
  tsusb: node("tsusb"),
};

/** @param {string} rival @param {import("./rows.mjs").SoloRow} row @returns {readonly string[]} */
export function commandOf(rival, { family, kind, seconds }) {
  return [...RUNNERS[rival](family), kind, String(seconds)];
}

/** What the rival's interpreter takes without it. @param {string} rival @returns {readonly string[]} */
export function bareCommandOf(rival) {
  return rival === "pyusb"
    ? [PYTHON, program("print.py")]
    : [process.execPath, "--expose-gc", program("print.mjs")];
}
