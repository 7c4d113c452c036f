import { spawn, spawnSync } from "node:child_process";
import { accessSync, constants } from "node:fs";
import { fileURLToPath } from "node:url";

/** Path of a file of the bus. */
export const path = (name: string): string => fileURLToPath(new URL(`../${name}`, import.meta.url));

/** Whether this machine can play a bus; if not, its tests are skipped and counted as such. */
export const busIsPossible = ((): boolean => {
  try {
    accessSync("/dev/fuse", constants.R_OK | constants.W_OK);
    return process.platform === "linux" && process.getuid?.() === 0;
  } catch {
    return false;
  }
})();

/** Installs Debian packages that a test runs, if they are missing. */
export function requirePackages(...names: readonly string[]): void {
  const missing = names.filter((name) => spawnSync("dpkg", ["-s", name]).status !== 0);
  if (missing.length === 0) return;
  const { status } = spawnSync("apt-get", ["install", "-y", "-q", "--no-install-recommends", ...missing]);
  if (status !== 0) throw new Error(`this test runs ${missing.join(", ")}; on Debian: apt-get install them`);
}

export interface Outcome {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  readonly input?: string;
  readonly env?: NodeJS.ProcessEnv;
  /** Called once the runner has started. */
  readonly started?: (pid: number) => void;
}

/** Runs the bus with these words and collects what it prints. */
export function bus(words: readonly string[], options: RunOptions = {}): Promise<Outcome> {
  const child = spawn(process.execPath, [path("bus.mjs"), ...words], {
    env: options.env ?? process.env,
    timeout: 15_000,
  });
  let stdout = "";
  let stderr = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    stderr += text;
  });
  child.stdin.on("error", () => {}); // a command need not read it
  child.stdin.end(options.input ?? "");
  if (child.pid !== undefined) options.started?.(child.pid);
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (status) => resolve({ status, stdout, stderr }));
  });
}
