import { show } from "../usb/check-integer.js";
import { checkBoolean, checkOptionNames } from "./arguments.js";

const OPEN_OPTIONS: ReadonlySet<string> = new Set(["autoDetachKernelDriver"]);

/** Checks the options of `open` and `openSeparately`. */
export function checkOpenOptions(options: unknown): void {
  if (options === undefined) return;
  if (typeof options !== "object" || options === null) {
    throw new TypeError(`options must be an object, got ${show(options)}`);
  }
  checkOptionNames("open", options, OPEN_OPTIONS);
  if ("autoDetachKernelDriver" in options) {
    checkBoolean("options.autoDetachKernelDriver", options.autoDetachKernelDriver);
  }
}
