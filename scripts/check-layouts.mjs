// node scripts/check-layouts.mjs: installs tarballs of the packages in every layout that users have, each in an empty folder,
// and holds what getBackend() finds there against the order that it promises. Part of check:packages; alone, it takes the
// addons as they were built.
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { ensureDebian, LIBUSB_0, LIBUSB_1 } from "./debian.mjs";
import { LAYOUTS, packThirdParty, stageProgram, userEnv } from "./layouts/layouts.mjs";
import { packPackages } from "./pack.mjs";
import { run, StepFailed } from "./workspace.mjs";

/** In the order in which they are tried. */
const OURS = ["libusb1", "libusb0", "openusb"];

/**
 * Checks every layout with nothing installed besides core, and with all backends and one of somebody else's. Prints a line
 * for each.
 *
 * @param {readonly import("./pack.mjs").Tarball[]} packed
 * @param {string} scratch - An existing folder to work in.
 * @returns {readonly string[]} What is wrong.
 */
export function checkLayouts(packed, scratch) {
  ensureDebian(LIBUSB_1, LIBUSB_0);
  const ours = Object.fromEntries(packed.map(({ file, manifest }) => [manifest.name, file]));
  const tarballs = { ...ours, ...packThirdParty(scratch) };
  return LAYOUTS.flatMap((layout, index) => {
    const started = performance.now();
    const check = (wanted, expected) => {
      const folder = path.join(scratch, "layouts", `${index}-${wanted.length}`);
      try {
        stageProgram(folder);
        layout.install({ folder, wanted, tarballs });
        const [command, ...args] = layout.start?.() ?? [process.execPath, "program.mjs"];
        const told = JSON.parse(run(command, args, { cwd: folder, env: userEnv(), output: "quiet" }));
        return expected(told).map((what) => `${layout.name}: ${what}: ${JSON.stringify(told, null, 1)}`);
      } catch (error) {
        if (!(error instanceof StepFailed) && !(error instanceof SyntaxError)) throw error;
        return [`${layout.name}: ${error.message}`];
      }
    };
    const backends = OURS.map((name) => `@tsusb/backend-${name}`);
    const problems = [
      ...check(["@tsusb/core"], expectNothing),
      ...check(["@tsusb/core", ...backends, "@acme/backend-acme"], expectEverything),
    ];
    const seconds = ((performance.now() - started) / 1000).toFixed(1);
    const outcome = problems.length === 0 ? "in order; without any, says what to install" : "WRONG";
    console.log(`layout  ${layout.name.padEnd(26)}  ${outcome}  (${seconds} s)`);
    return problems;
  });
}

function expectNothing({ chosen, code, outcomes, message }) {
  return [
    ...(chosen.length > 0 ? ["a backend that is not installed was chosen"] : []),
    ...(code === "ERR_USB_NO_BACKEND" ? [] : ["it failed otherwise than for want of a backend"]),
    ...(isSame(
      outcomes,
      OURS.map((name) => `${name}: not-installed`),
    )
      ? []
      : ["it did not try ours in order"]),
    ...(/^ {2}(npm install|pnpm add|yarn add) @tsusb\/backend-libusb1$/m.test(message)
      ? []
      : ["it names no remedy"]),
  ];
}

/** OpenUSB is on no machine: its backend is found, and does not work. */
function expectEverything({ peers, chosen, code, outcomes }) {
  return [
    ...(isSame(peers, ["libusb1: works", "libusb0: works", "openusb: failed"])
      ? []
      : ["core does not see its peers"]),
    ...(isSame(chosen, ["libusb1", "libusb0", "acme"])
      ? []
      : ["the wrong ones were chosen, or not in order"]),
    ...(code === "ERR_USB_NO_BACKEND" ? [] : ["it failed otherwise than for want of a backend"]),
    ...(isSame(
      outcomes,
      [...OURS, "acme"].map((name) => `${name}: failed`),
    )
      ? []
      : ["not all were found, in order"]),
  ];
}

const isSame = (one, other) => JSON.stringify(one) === JSON.stringify(other);

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  const scratch = mkdtempSync(path.join(tmpdir(), "tsusb-layouts-"));
  process.on("exit", () => existsSync(scratch) && rmSync(scratch, { recursive: true, force: true }));
  const problems = checkLayouts(packPackages(scratch), scratch);
  for (const problem of problems) console.error(`check-layouts: ${problem}`);
  process.exit(problems.length === 0 ? 0 : 1);
}
