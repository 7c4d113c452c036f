import { CommanderError } from "commander";
import { Failure } from "./failure.js";
import { createProgram } from "./program.js";
import { reportError } from "./report-error.js";
import { processTerminal, type Terminal } from "./terminal.js";

/** Exit status of a command line that makes no sense. */
const USAGE_ERROR = 2;

/**
 * Runs one command.
 *
 * @param words - The command line without `node` and the script.
 * @returns The exit status: 0, 1 for a failure, 2 for a command line that makes no sense. Never rejects.
 */
export async function main(
  words: readonly string[],
  terminal: Terminal = processTerminal(),
): Promise<number> {
  try {
    await createProgram(terminal).parseAsync([...words], { from: "user" });
    return 0;
  } catch (error) {
    // commander has said what was wrong, or printed the help that was asked for.
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : USAGE_ERROR;
    reportError(error, terminal);
    return error instanceof Failure ? error.status : 1;
  }
}
