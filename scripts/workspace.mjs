// The root of the repository, the environment of its tools, and what must stand before any of them runs.
// Only built-in modules: in a fresh clone nothing is installed yet.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { onPath } from "./apt.mjs";
import { ensureBuildTools } from "./build-tools.mjs";

export const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "..");

/** A failure that its own output has explained: the process ends with this status and says no more. */
export class StepFailed extends Error {
  constructor(what, status) {
    super(`${what} failed`);
    this.status = status ?? 1;
  }
}

/** The environment of every tool: the Node that runs this first on PATH, then the workspace's own commands. */
export function toolEnv(extra = {}) {
  const directories = [
    path.dirname(process.execPath),
    path.join(root, "node_modules/.bin"),
    process.env.PATH,
  ];
  return {
    ...process.env,
    // `npm run` hands on the silence of .npmrc, and a failing pnpm or npx must be heard.
    npm_config_loglevel: "warn",
    // The version is pinned: an offer of another one is noise.
    npm_config_update_notifier: "false",
    TURBO_TELEMETRY_DISABLED: "1",
    DO_NOT_TRACK: "1",
    TSUSB_NODE: process.version,
    PATH: directories.join(path.delimiter),
    ...extra,
  };
}

/** Runs a program in the root and throws `StepFailed` unless it ends with 0. Its output goes where `output` says. */
export function run(command, args, { output = "inherit", env = toolEnv(), cwd = root } = {}) {
  const stdio = { inherit: "inherit", stderr: ["inherit", 2, 2], quiet: ["ignore", "pipe", "pipe"] }[output];
  const shell = process.platform === "win32" && command !== process.execPath;
  const result = spawnSync(command, args, { cwd, env, stdio, shell, maxBuffer: 1 << 28, encoding: "utf8" });
  if (result.error) throw result.error;
  if (result.status === 0) return result.stdout ?? "";
  if (output === "quiet") process.stderr.write(`${result.stdout}${result.stderr}`);
  const words = [path.basename(command), ...args].join(" ").replaceAll(`${root}${path.sep}`, "");
  throw new StepFailed(words.length > 120 ? `${words.slice(0, 120)}…` : words, result.status);
}

/** Runs the pnpm that package.json pins: the one on PATH if it is that version, else by npx. */
export function pnpm(args, options) {
  const { packageManager } = JSON.parse(readFileSync(path.join(root, "package.json"), "utf8"));
  const version = /^pnpm@([^+]+)/.exec(packageManager)[1];
  if (isThatPnpm(version)) return run("pnpm", args, options);
  return run("npx", ["--yes", `pnpm@${version}`, ...args], options);
}

/** Installs what the lockfile names, unless this was done for this very lockfile. */
export function setup({ output = "stderr" } = {}) {
  const hash = createHash("sha256");
  for (const file of ["pnpm-lock.yaml", "pnpm-workspace.yaml"])
    hash.update(readFileSync(path.join(root, file)));
  const key = hash.digest("hex");
  const stamp = path.join(root, "node_modules/.tsusb-setup");
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === key) return;
  pnpm(["install", "--frozen-lockfile"], { output });
  writeFileSync(stamp, key);
}

/** Builds TypeScript and addons; what has not changed since comes from turbo's cache. */
export function build({ output = "stderr", args = [] } = {}) {
  setup({ output });
  if (hasUnbuiltAddons()) ensureBuildTools();
  pnpm(["exec", "turbo", "run", "build", "build:native", "--output-logs=errors-only", ...args], { output });
}

function isThatPnpm(version) {
  if (onPath("pnpm") === undefined) return false;
  const shell = process.platform === "win32";
  // Outside the repository: in it, pnpm would answer with the version that package.json pins.
  const result = spawnSync("pnpm", ["--version"], { cwd: path.parse(root).root, encoding: "utf8", shell });
  return result.status === 0 && result.stdout.trim() === version;
}

function hasUnbuiltAddons() {
  return readdirSync(path.join(root, "packages")).some((name) => {
    const native = path.join(root, "packages", name, "native");
    return existsSync(native) && !existsSync(path.join(native, "build/Release"));
  });
}
