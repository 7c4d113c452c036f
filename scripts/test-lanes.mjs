import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import path from "node:path";
import {
  ensureDebian,
  LIBUSB_0,
  LIBUSB_0_HEADER,
  LIBUSB_1,
  LIBUSB_1_HEADER,
  LSUSB,
  PYUSB,
  USBIP,
} from "./debian.mjs";
import { root, toolEnv } from "./workspace.mjs";

/**
 * A lane: the tests of one kind, run by one vitest in one place.
 *
 * @typedef {object} Lane
 * @property {string} name - As `npm test -- --lane NAME` takes it.
 * @property {"unit" | "bus" | "guest"} kind - Which test files, by the ends of their names.
 * @property {string} [under] - Only the test files under this directory.
 * @property {(out: string) => readonly string[]} wrap - What stands before vitest's command line. `out` is a directory
 *   that the lane can write to.
 * @property {(out: string) => Readonly<Record<string, string>>} [env] - More environment for vitest. May build something first.
 * @property {() => void} [ensure] - Installs what the tests compare with, where that is allowed; throws where it is not,
 *   and the lane cannot run.
 */

/** @param {...(readonly [file: string, name: string])} files */
const debian =
  (...files) =>
  () =>
    ensureDebian(...files);

const bus = () => [process.execPath, "testbed/bus/bus.mjs", "--"];
const guest = (out) => [process.execPath, "testbed/guest/guest.mjs", "--timeout", "1800", "--out", out];

/** libusb 1.0 as an older release had it: Debian's own, behind a library that exports that release's symbols only. */
const libusbAsOf = (version) => ({
  name: `libusb-${version}`,
  kind: "bus",
  under: "packages/backend-libusb1",
  ensure: debian(LIBUSB_1),
  wrap: bus,
  env: () => ({ TSUSB_LIBUSB1_PATH: forwardingLibrary(version), TSUSB_LIBUSB1_AS_OF: version }),
});

/** In the order they run. @type {readonly Lane[]} */
export const LANES = [
  {
    name: "unit",
    kind: "unit",
    ensure: debian(LIBUSB_1, LIBUSB_0, PYUSB),
    wrap: () => [process.execPath],
  },
  {
    name: "bus",
    kind: "bus",
    // On the bus there is no network to install anything by.
    ensure: debian(LIBUSB_1, LIBUSB_0, LIBUSB_1_HEADER, LIBUSB_0_HEADER, LSUSB, PYUSB),
    wrap: bus,
  },
  libusbAsOf("1.0.16"),
  libusbAsOf("1.0.22"),
  libusbAsOf("1.0.26"),
  { name: "guest", kind: "guest", ensure: debian(LIBUSB_1, LIBUSB_0, LSUSB, PYUSB, USBIP), wrap: guest },
];

function forwardingLibrary(version) {
  const script = "packages/backend-libusb1/test/forwarding/build.mjs";
  const { status, stdout } = spawnSync(process.execPath, [path.join(root, script), version], {
    cwd: root,
    env: toolEnv(),
    encoding: "utf8",
    stdio: ["ignore", "pipe", "inherit"],
  });
  const library = stdout.trim().split("\n").at(-1);
  if (status !== 0 || !library || !existsSync(library))
    throw new Error(`${script} ${version} built no library`);
  return library;
}
