import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { cpus, loadavg, release, totalmem } from "node:os";
import { canInstall, onPath } from "../../scripts/apt.mjs";
import { Unavailable } from "./unavailable.mjs";

/** Debian package: does the machine have what the benchmarks need of it? */
const PACKAGES = {
  gcc: () => onPath("gcc") !== undefined,
  "libc6-dev": () => existsSync("/usr/include/stdio.h"),
  "libusb-1.0-0-dev": () => existsSync("/usr/include/libusb-1.0/libusb.h"),
  "libusb-dev": () => existsSync("/usr/include/usb.h"),
  "python3-usb": () => existsSync("/usr/lib/python3/dist-packages/usb/core.py"),
  "util-linux": () => onPath("taskset") !== undefined,
};

/** Sees to it that the rivals and their tools are there: installs Debian's packages where that is allowed. */
export function ensureMachine() {
  if (process.platform !== "linux") throw new Unavailable(`needs Linux, this is ${process.platform}`);
  const missing = missingPackages();
  if (missing.length === 0) return;
  const remedy = `missing; as root: apt-get install ${missing.join(" ")}`;
  if (!canInstall()) throw new Unavailable(remedy);
  process.stderr.write(`bench: installing ${missing.join(" ")}\n`);
  const options = { stdio: ["ignore", 2, 2], env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" } };
  const apt = (...words) => spawnSync("apt-get", words, options);
  apt("update", "-q");
  apt("install", "-yq", "--no-install-recommends", ...missing);
  if (missingPackages().length > 0) throw new Unavailable(remedy);
}

/** The CPU that everything is pinned to: 1 where this process may use it, else the first that it may. */
export function cpuToUse() {
  const status = readFileSync("/proc/self/status", "utf8");
  const allowed = /^Cpus_allowed_list:\s*(.*)$/m.exec(status)?.[1] ?? "0";
  const ranges = allowed.split(",").map((range) => range.split("-").map(Number));
  const hasOne = ranges.some(([first, last = first]) => first <= 1 && last >= 1);
  return hasOne ? 1 : ranges[0][0];
}

/** What a reader of the figures wants to know of the machine and the versions. */
export function describeMachine() {
  const python = spawnSync("/usr/bin/python3", ["-c", "import usb; print(usb.__version__)"], {
    encoding: "utf8",
  });
  return {
    cpus: cpus().length,
    model: cpus()[0]?.model ?? "unknown",
    memoryMB: Math.round(totalmem() / 1e6),
    kernel: release(),
    node: process.version,
    pyusb: python.stdout.trim(),
    usb2: versionOf("usb2"),
    usb3: versionOf("usb3"),
    tsusb: versionOf("@tsusb/core"),
    load: loadavg().map((each) => Number(each.toFixed(2))),
  };
}

function versionOf(name) {
  const manifest = new URL(`../node_modules/${name}/package.json`, import.meta.url);
  return JSON.parse(readFileSync(manifest, "utf8")).version;
}

function missingPackages() {
  return Object.entries(PACKAGES)
    .filter(([, isThere]) => !isThere())
    .map(([name]) => name);
}
