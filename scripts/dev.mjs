// node scripts/dev.mjs TASK [arguments]: what `npm run TASK` does. A fresh clone needs nothing but node and npm.
import { spawn } from "node:child_process";
import { constants } from "node:os";
import path from "node:path";
import { ensureDebian, LIBUSB_1 } from "./debian.mjs";
import { build, pnpm, root, run, StepFailed, setup, toolEnv } from "./workspace.mjs";

const inRoot = (file) => path.join(root, file);
const node = (file, args) => run(process.execPath, [inRoot(file), ...args]);

/**
 * Becomes a program: its input, output and end are this process's. Signals reach it too, and it alone decides what they mean.
 * Whatever had to be built first said nothing, or it failed.
 */
async function become(file, args) {
  const child = spawn(process.execPath, [inRoot(file), ...args], { stdio: "inherit", env: toolEnv() });
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => child.kill(signal));
  const [code, signal] = await new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("exit", (...outcome) => resolve(outcome));
  });
  process.exitCode = code ?? 128 + constants.signals[signal];
}

const TASKS = {
  setup: () => setup(),
  build: (args) => build({ output: "inherit", args }),
  demo: async (args) => {
    build();
    try {
      ensureDebian(LIBUSB_1);
    } catch {
      // Not to be had here: the demo itself says what is missing, and what to do.
    }
    await become("packages/cli/bin/tsusb.js", ["demo", ...args]);
  },
  test: async (args) => {
    try {
      build();
    } catch (error) {
      console.error(`tsusb: ${error.message}`);
      console.log("0 passed, 1 failed, 0 skipped");
      process.exitCode = 1;
      return;
    }
    await become("scripts/test.mjs", args);
  },
  "test:sanitize": async (args) => {
    build();
    await become("scripts/sanitize.mjs", args);
  },
  bus: async (args) => {
    build({ output: "quiet" });
    await become("testbed/bus/bus.mjs", args);
  },
  guest: async (args) => {
    build({ output: "quiet" });
    await become("testbed/guest/guest.mjs", args);
  },
  bench: async (args) => {
    build();
    await become("bench/bench.mjs", args);
  },
  soak: async (args) => {
    build();
    await become("bench/soak.mjs", args);
  },
  lint: (args) => {
    setup();
    node("scripts/lint.mjs", args);
  },
  format: () => {
    setup();
    node("scripts/lint.mjs", ["--write"]);
  },
  typecheck: (args) => {
    setup();
    node("node_modules/typescript/bin/tsc", ["-p", root, ...args]);
  },
  "check:docs": (args) => {
    setup();
    node("node_modules/typedoc/bin/typedoc", ["--logLevel", "Warn", ...args]);
  },
  "check:examples": (args) => {
    setup();
    node("scripts/check-examples.mjs", args);
  },
  "check:packages": (args) => {
    build();
    node("scripts/check-packages.mjs", args);
  },
  changeset: (args) => {
    setup();
    pnpm(["exec", "changeset", ...args]);
  },
  "version-packages": () => {
    setup();
    pnpm(["exec", "changeset", "version"]);
    node("scripts/lint.mjs", ["--write"]);
    pnpm(["install", "--lockfile-only"]);
  },
};

const [name, ...args] = process.argv.slice(2);
try {
  const [major, minor] = process.versions.node.split(".").map(Number);
  if (major < 20 || (major === 20 && minor < 19))
    throw new Error(`this is Node ${process.version}; tsusb needs 20.19 or newer`);
  if (!Object.hasOwn(TASKS, name ?? ""))
    throw new Error(`no task is named ${JSON.stringify(name)}; there are ${Object.keys(TASKS).join(", ")}`);
  await TASKS[name](args);
} catch (error) {
  // A step that failed has said why; an error of ours is one line for whoever typed the command.
  console.error(`tsusb: ${error.message}`);
  process.exitCode = error instanceof StepFailed ? error.status : 1;
}
