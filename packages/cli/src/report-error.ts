import { USBError } from "@tsusb/core";
import { Failure } from "./failure.js";
import { printableLines } from "./output/printable.js";
import type { Terminal } from "./terminal.js";

/** Says what went wrong: an error that users can act on by its message, one of ours by its name too. */
export function reportError(error: unknown, { err, env }: Terminal): void {
  const expected = USBError.is(error) || error instanceof Failure;
  const text = expected ? error.message : `this should not happen: ${String(error)}`;
  err(`tsusb: ${printableLines(text)}\n`);
  if (env.TSUSB_DEBUG) err(`${printableLines(stackOf(error))}\n`);
  else if (!expected)
    err("Set TSUSB_DEBUG=1 to see where, and report it: https://github.com/tsusb/tsusb/issues\n");
}

function stackOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const cause = error.cause === undefined ? "" : `\ncaused by ${stackOf(error.cause)}`;
  return `${error.stack ?? String(error)}${cause}`;
}
