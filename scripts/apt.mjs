import { spawnSync } from "node:child_process";
import { accessSync, constants, existsSync } from "node:fs";
import path from "node:path";

/** Whether this process may install Debian packages. */
export function canInstall() {
  return process.platform === "linux" && process.getuid?.() === 0 && onPath("apt-get") !== undefined;
}

/** The absolute path of a command, or `undefined` if no directory of PATH has it. */
export function onPath(command) {
  const suffixes = process.platform === "win32" ? [".exe", ".cmd", ".bat"] : [""];
  for (const directory of (process.env.PATH ?? "").split(path.delimiter))
    for (const suffix of suffixes) {
      const file = path.join(directory, command + suffix);
      if (isExecutable(file)) return file;
    }
  return undefined;
}

/**
 * Sees to it that every command is there: installs the Debian packages of those that are missing where that is allowed,
 * throws an error that names them where it is not. What apt-get says goes to stderr.
 *
 * @param {ReadonlyMap<string, string>} packages - Command to Debian package.
 */
export function ensureCommands(packages) {
  ensure([...packages].filter(([command]) => onPath(command) === undefined));
}

/**
 * As {@link ensureCommands}, for files that are no commands.
 *
 * @param {ReadonlyMap<string, string>} packages - Absolute path to Debian package.
 */
export function ensureFiles(packages) {
  ensure([...packages].filter(([file]) => !existsSync(file)));
}

/** @param {readonly (readonly [thing: string, name: string])[]} missing */
function ensure(missing) {
  if (missing.length === 0) return;
  const names = [...new Set(missing.map(([, name]) => name))];
  if (!canInstall()) {
    const things = missing.map(([thing]) => thing).join(", ");
    throw new Error(`not found: ${things}; on Debian and Ubuntu: sudo apt-get install ${names.join(" ")}`);
  }
  console.error(`installing ${names.join(" ")}`);
  const options = { stdio: ["ignore", 2, 2], env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" } };
  const install = () =>
    spawnSync("apt-get", ["install", "-y", "-qq", "--no-install-recommends", ...names], options).status === 0;
  // Lists that are missing or too old are a reason to fail that fetching them mends.
  if (!install()) {
    spawnSync("apt-get", ["update", "-qq"], options);
    if (!install()) throw new Error(`apt-get could not install ${names.join(" ")}`);
  }
}

function isExecutable(file) {
  if (!existsSync(file)) return false;
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false; // there, but not a program
  }
}
