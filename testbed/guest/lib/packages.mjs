import { spawnSync } from "node:child_process";
import { accessSync, constants, existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import { SetupError } from "./setup-error.mjs";

// sbin is not in every user's PATH, and kmod and udev live there.
const directories = [...(process.env.PATH ?? "").split(delimiter), "/usr/sbin", "/sbin", "/usr/bin", "/bin"];

/** Where `command` is, or `undefined`. */
export function which(command) {
  return directories.map((directory) => join(directory || ".", command)).find(isExecutable);
}

// Debian package: does the machine have what the guest needs of it?
const packages = {
  "qemu-system-x86": () => which("qemu-system-x86_64"),
  "busybox-static": () => which("busybox") && isStatic(which("busybox")),
  cpio: () => which("cpio"),
  kmod: () => which("modprobe") && which("depmod"),
  udev: () => existsSync("/lib/systemd/systemd-udevd") && which("udevadm"),
  usbutils: () => which("lsusb"),
  "xz-utils": () => which("xz"),
  "python3-usb": () => existsSync("/usr/lib/python3/dist-packages/usb/core.py"),
};

/** Makes sure that every package is there: installs what is missing if it may, else throws a message that names all. */
export function ensurePackages() {
  if (process.platform !== "linux" || process.arch !== "x64") {
    throw new SetupError(`the guest needs Linux on x64; this is ${process.platform} on ${process.arch}`);
  }
  const missing = missingPackages();
  if (missing.length === 0) return;
  if (!canInstall()) throw new SetupError(remedy(missing));
  process.stderr.write(`guest: installing ${missing.join(" ")}\n`);
  apt("update", "-q");
  apt("install", "-yq", "--no-install-recommends", ...missing);
  const still = missingPackages();
  if (still.length > 0) throw new SetupError(remedy(still));
}

/** Runs apt-get with its output on stderr. */
export function apt(...words) {
  const { status, error } = spawnSync("apt-get", words, {
    stdio: ["ignore", 2, 2],
    env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" },
  });
  if (status !== 0)
    throw new SetupError(`apt-get ${words.join(" ")} failed${error ? `: ${error.message}` : ""}`);
}

function missingPackages() {
  return Object.entries(packages)
    .filter(([, isThere]) => !isThere())
    .map(([name]) => name);
}

function canInstall() {
  return process.getuid?.() === 0 && which("apt-get") !== undefined;
}

function remedy(missing) {
  return `this machine lacks what the guest needs; as root: apt-get install ${missing.join(" ")}`;
}

function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

// Debian's package busybox has the same path, but is linked dynamically and cannot run in the initramfs.
function isStatic(path) {
  return !spawnSync("ldd", [path], { encoding: "utf8" }).stdout?.includes("=>");
}
