import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";

/** How an example ended and what it said. */
export interface Ended {
  readonly status: number;
  readonly out: string;
  readonly err: string;
}

/** What an example is started with. */
export interface Start {
  /** Words after its name. */
  readonly words?: readonly string[];
  /** Variables that are added to this process's own. */
  readonly env?: Readonly<Record<string, string>>;
}

/** Runs a built example where this process is. One that does not end by itself is a failure. */
export function runExample(name: string, { words = [], env = {} }: Start = {}): Promise<Ended> {
  return run([pathOf(`../dist/${name}.js`), ...words], env);
}

/** Runs a built example on a bus of its own, so that it shares its devices with nobody. */
export function runOnBus(
  name: string,
  { devices, words = [], env = {} }: Start & { readonly devices?: string } = {},
): Promise<Ended> {
  const described = devices === undefined ? [] : ["--devices", pathOf(devices)];
  const bus = [pathOf("../../testbed/bus/bus.mjs"), ...described, "--", process.execPath];
  return run([...bus, pathOf(`../dist/${name}.js`), ...words], env);
}

function pathOf(relative: string): string {
  return fileURLToPath(new URL(relative, import.meta.url));
}

function run(words: readonly string[], env: Readonly<Record<string, string>>): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const options = { timeout: 110_000, env: { ...process.env, ...env } };
    execFile(process.execPath, words, options, (error, out, err) => {
      if (error !== null && typeof error.code !== "number") reject(error);
      else resolve({ status: Number(error?.code ?? 0), out, err });
    });
  });
}
