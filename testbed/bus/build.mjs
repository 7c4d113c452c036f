// Compiles the daemon at first use into a cache folder named after what it is made of.
import { execFileSync, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  accessSync,
  chmodSync,
  constants,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
} from "node:fs";
import { homedir, tmpdir } from "node:os";
import { dirname, join } from "node:path";

const SOURCES = new URL("./daemon/", import.meta.url);
const FLAGS = ["-std=gnu11", "-O2", "-g", "-Wall", "-Wextra", "-pthread"];

export class Unavailable extends Error {}

/** Not mkdirSync's `recursive`, which never ends where a folder says ENOENT for ever (/proc). @param {string} folder */
function makeFolder(folder) {
  if (existsSync(folder)) return;
  makeFolder(dirname(folder));
  try {
    mkdirSync(folder, { mode: 0o700 });
  } catch (error) {
    if (!existsSync(folder)) throw error; // another bus that begins now may have made it
  }
}

/** @param {string} folder */
function usable(folder) {
  try {
    makeFolder(folder);
    accessSync(folder, constants.W_OK | constants.X_OK);
    const { uid } = lstatSync(folder);
    return uid === process.getuid?.(); // a folder of somebody else could hold somebody else's program
  } catch {
    return false;
  }
}

/** The first folder that can be written: XDG_CACHE_HOME, ~/.cache, the folder for temporary files. */
function cacheFolder() {
  const candidates = [
    process.env.XDG_CACHE_HOME && join(process.env.XDG_CACHE_HOME, "tsusb", "bus"),
    process.env.HOME !== "" && homedir() && join(homedir(), ".cache", "tsusb", "bus"),
    join(tmpdir(), `tsusb-bus-${process.getuid?.()}`),
  ];
  const folder = candidates.find((candidate) => candidate && usable(candidate));
  if (!folder)
    throw new Unavailable("no folder can be written for the compiled bus; set XDG_CACHE_HOME to one");
  return folder;
}

/** @param {string} command */
const works = (command) => spawnSync(command, ["--version"], { stdio: "ignore" }).status === 0;

function requireCompiler() {
  const header = existsSync("/usr/include/linux/usbdevice_fs.h") && existsSync("/usr/include/stdio.h");
  if (works("gcc") && header) return;
  if (process.getuid?.() !== 0 || !works("apt-get")) {
    throw new Unavailable(
      "gcc and the C library's headers are missing; on Debian: apt-get install gcc libc6-dev",
    );
  }
  const options = /** @type {const} */ ({
    stdio: ["ignore", "ignore", "inherit"],
    env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" },
  });
  const install = ["install", "-y", "-q", "--no-install-recommends", "gcc", "libc6-dev"];
  if (spawnSync("apt-get", install, options).status === 0) return;
  spawnSync("apt-get", ["update", "-q"], options);
  if (spawnSync("apt-get", install, options).status !== 0) {
    throw new Unavailable("apt-get could not install gcc and libc6-dev");
  }
}

/** The path of the daemon, compiled if this version of it is not yet in the cache. */
export function daemonPath() {
  const names = readdirSync(SOURCES)
    .filter((name) => /\.[ch]$/.test(name))
    .sort();
  const hash = createHash("sha256").update(FLAGS.join(" ")).update(process.arch);
  for (const name of names) hash.update(name).update(readFileSync(new URL(name, SOURCES)));
  const folder = cacheFolder();
  const path = join(folder, `tsusb-bus-${hash.digest("hex").slice(0, 16)}`);
  if (existsSync(path)) return path;
  requireCompiler();
  const work = mkdtempSync(join(folder, "build-"));
  try {
    const sources = names
      .filter((name) => name.endsWith(".c"))
      .map((name) => new URL(name, SOURCES).pathname);
    execFileSync("gcc", [...FLAGS, "-o", join(work, "bus"), ...sources], {
      stdio: ["ignore", "ignore", "inherit"],
    });
    chmodSync(join(work, "bus"), 0o755);
    renameSync(join(work, "bus"), path); // whole or not at all, also when two begin at once
  } catch (error) {
    throw new Unavailable(`gcc could not compile the bus: ${error instanceof Error ? error.message : error}`);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
  return path;
}
