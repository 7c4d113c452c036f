import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";

const BIN = fileURLToPath(new URL("../bin/tsusb.js", import.meta.url));

/** How a process ended and what it said. */
export interface Ended {
  readonly status: number;
  readonly out: string;
  readonly err: string;
}

/** Runs the built command as a process; one that does not end by itself is a failure. */
export function tsusb(...words: string[]): Promise<Ended> {
  return run(process.execPath, [BIN, ...words], {});
}

/** As {@link tsusb}, with more environment. */
export function tsusbWith(env: Readonly<Record<string, string>>, ...words: string[]): Promise<Ended> {
  return run(process.execPath, [BIN, ...words], env);
}

/** Runs a shell line in which `"$0" "$1"` is the built command. */
export function shell(line: string): Promise<Ended> {
  return run("bash", ["-c", line, process.execPath, BIN], {});
}

function run(file: string, words: readonly string[], env: Readonly<Record<string, string>>): Promise<Ended> {
  return new Promise((resolve, reject) => {
    // The guest is emulated: there, a minute is nothing.
    execFile(file, words, { timeout: 110_000, env: { ...process.env, ...env } }, (error, out, err) => {
      if (error !== null && typeof error.code !== "number") reject(error);
      else resolve({ status: Number(error?.code ?? 0), out, err });
    });
  });
}
