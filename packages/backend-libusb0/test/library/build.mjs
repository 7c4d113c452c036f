import { spawnSync } from "node:child_process";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";

const source = (/** @type {string} */ name) => fileURLToPath(new URL(name, import.meta.url));

/**
 * Builds a test library with a device of its own, and gives its path and a hand on the device's plug.
 *
 * @param {"compat" | "win32"} implementation - Whose layout and words it has.
 * @param {string} [lie] - Name of a misbehaviour that its sources have under `#ifdef TSUSB_…`.
 */
export function buildLibrary(implementation, lie = "") {
  const folder = path.join(tmpdir(), `tsusb-libusb0-${process.getuid?.() ?? 0}`);
  mkdirSync(folder, { recursive: true });
  // Two test files may build the same at once: each its own file.
  const library = path.join(folder, `lib${implementation}${lie}-${process.pid}.so`);
  const unplugged = `${library}.unplugged`;
  rmSync(unplugged, { force: true });
  const compiler = process.env.CC ?? "gcc";
  const options = ["-shared", "-fPIC", "-O1", "-Wall", "-Wextra", "-Werror", "-pthread", "-D_GNU_SOURCE"];
  const words = [...options, `-DTSUSB_UNPLUGGED="${unplugged}"`, `-DTSUSB_${lie}`, "-o", library];
  const sources = [source(`${implementation}.c`), source("device.c")];
  const { status, error, stderr } = spawnSync(compiler, [...words, ...sources], { encoding: "utf8" });
  if (status !== 0) throw new Error(`${compiler} cannot build ${library}: ${error?.message ?? stderr}`);
  return {
    library,
    unplug: () => writeFileSync(unplugged, ""),
    plug: () => rmSync(unplugged, { force: true }),
  };
}
