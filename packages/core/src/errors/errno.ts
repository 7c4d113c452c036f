import { nodeBuiltin } from "../node-builtin.js";
import type { USBErrorCode } from "./codes.js";

/** Gives the number that Node has for a code on this system, negative; `undefined` if it has none. */
export function errnoOf(code: USBErrorCode): number | undefined {
  numbers ??= readNumbers();
  return numbers.get(code);
}

let numbers: ReadonlyMap<string, number> | undefined;

function readNumbers(): ReadonlyMap<string, number> {
  // Not os.constants.errno: on Windows that has the C runtime's numbers, while Node's errors have libuv's.
  const map = nodeBuiltin("node:util")?.getSystemErrorMap?.() ?? new Map<number, [string, string]>();
  return new Map([...map].map(([errno, [name]]) => [name, errno]));
}
