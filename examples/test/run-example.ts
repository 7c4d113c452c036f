import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";

/** How an example ended and what it said. */
export interface Ended {
  readonly status: number;
  readonly out: string;
  readonly err: string;
}

/** Runs a built example where this process is. One that does not end by itself is a failure. */
export function runExample(name: string, env: Readonly<Record<string, string>> = {}): Promise<Ended> {
  return run([pathOf(`../dist/${name}.js`)], env);
}

/** Runs a built example on a bus of its own, so that it shares its devices with nobody. */
export function runOnBus(
  name: string,
  options: { readonly devices?: string; readonly env?: Readonly<Record<string, string>> } = {},
): Promise<Ended> {
  const devices = options.devices === undefined ? [] : ["--devices", pathOf(options.devices)];
  const words = [pathOf("../../testbed/bus/bus.mjs"), ...devices, "--", process.execPath];
  return run([...words, pathOf(`../dist/${name}.js`)], options.env);
}

function pathOf(relative: string): string {
  return fileURLToPath(new URL(relative, import.meta.url));
}

function run(words: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const options = { timeout: 110_000, env: { ...process.env, ...env } };
    execFile(process.execPath, words, options, (error, out, err) => {
      if (error !== null && typeof error.code !== "number") reject(error);
      else resolve({ status: Number(error?.code ?? 0), out, err });
    });
  });
}
