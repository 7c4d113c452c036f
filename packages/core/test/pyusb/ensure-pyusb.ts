import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";

/** Debian's own interpreter, whose PyUSB is the package python3-usb. */
export const PYTHON = "/usr/bin/python3";

/**
 * Sees to it that Debian's PyUSB is there: installs it where that is allowed.
 *
 * @returns `undefined` if it is there, else why not.
 */
export function ensurePyUSB(): string | undefined {
  if (hasPyUSB()) return undefined;
  if (process.getuid?.() !== 0 || !existsSync("/usr/bin/apt-get"))
    return "needs PyUSB; on Debian and Ubuntu: sudo apt-get install python3-usb";
  if (!install()) {
    apt("update");
    if (!install()) return "apt-get could not install python3-usb";
  }
  return hasPyUSB() ? undefined : `${PYTHON} cannot import usb although python3-usb is installed`;
}

function hasPyUSB(): boolean {
  return spawnSync(PYTHON, ["-c", "import usb.core"], { stdio: "ignore" }).status === 0;
}

function install(): boolean {
  return apt("install", "-y", "--no-install-recommends", "python3-usb");
}

function apt(...args: readonly string[]): boolean {
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  return spawnSync("apt-get", ["-qq", ...args], { stdio: ["ignore", "ignore", "inherit"], env }).status === 0;
}
