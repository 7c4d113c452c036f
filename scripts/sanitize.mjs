// npm run test:sanitize [-- [PATTERN…] [vitest's options]]: libusb1's tests on the played bus with the addons under
// AddressSanitizer and UndefinedBehaviorSanitizer, and a soak under LeakSanitizer. The addons are built in a copy of the
// tree, so that those in use stay as they are. Linux and gcc or clang.
import { spawnSync } from "node:child_process";
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { ensureFiles } from "./apt.mjs";
import { ensureBuildTools } from "./build-tools.mjs";
import { root, toolEnv } from "./workspace.mjs";

const SANITIZERS = "address,undefined";
const ADDONS = ["libloader", "backend-libusb1"];
/** Leaks of tools that the tests run, each at its end. */
const SUPPRESSIONS = ["/usr/bin/", "/usr/lib/gcc", "rolldown", "lightningcss", "esbuild"];

if (process.platform !== "linux") throw new Error(`needs Linux, this is ${process.platform}`);
ensureBuildTools();
ensureFiles(new Map([["/usr/include/libusb-1.0/libusb.h", "libusb-1.0-0-dev"]]));

const copy = mkdtempSync(path.join(tmpdir(), "tsusb-sanitize-"));
process.on("exit", () => rmSync(copy, { recursive: true, force: true }));
// Some tests run programs as somebody who may nothing.
chmodSync(copy, 0o755);
const reports = path.join(copy, "reports");
mkdirSync(reports);
chmodSync(reports, 0o1777);
const report = path.join(reports, "report");

copyTree();
const env = toolEnv({
  TSUSB_LANE: "bus",
  TSUSB_SANITIZER: SANITIZERS,
  CXXFLAGS: `-fsanitize=${SANITIZERS} -fno-sanitize-recover=undefined -fno-omit-frame-pointer -g -O1`,
  LDFLAGS: `-fsanitize=${SANITIZERS}`,
});
for (const addon of ADDONS) step([inCopy("scripts/native.mjs"), "build"], inCopy("packages", addon));

const sanitized = [
  "env",
  `LD_PRELOAD=${runtime()}`,
  `ASAN_OPTIONS=log_path=${report}`,
  `UBSAN_OPTIONS=print_stacktrace=1:log_path=${report}`,
  `LSAN_OPTIONS=print_suppressions=0:suppressions=${inCopy("suppressions")}`,
  process.execPath,
];
const bus = [inCopy("testbed/bus/bus.mjs"), "--", ...sanitized];
const words = process.argv.slice(2);
const vitest = inCopy("node_modules/vitest/vitest.mjs");
step([...bus, vitest, "run", "--pool=forks", ...(words.length > 0 ? words : ["packages/backend-libusb1"])]);
step([...bus, inCopy("packages/backend-libusb1/test/soak.mjs"), "200", "4000", "20"]);

const count = showReports();
console.log(`${count} reports of ${SANITIZERS} and leaks`);
process.exitCode = count === 0 ? 0 : 1;

/** Prints what the sanitizers had to say, and gives the number of processes that had. */
function showReports() {
  const names = readdirSync(reports);
  for (const name of names) console.error(readFileSync(path.join(reports, name), "utf8"));
  return names.length;
}

function inCopy(...parts) {
  return path.join(copy, ...parts);
}

/** Copies what is ours and links what is installed. */
function copyTree() {
  const skipped = new Set([".git", ".turbo", "node_modules"].map((name) => path.join(root, name)));
  const isBuilt = (file) => path.basename(file) === "build" && path.basename(path.dirname(file)) === "native";
  cpSync(root, copy, {
    recursive: true,
    verbatimSymlinks: true,
    filter: (file) => !skipped.has(file) && !isBuilt(file),
  });
  symlinkSync(path.join(root, "node_modules"), inCopy("node_modules"));
  writeFileSync(inCopy("suppressions"), SUPPRESSIONS.map((name) => `leak:${name}\n`).join(""));
}

/** The sanitizer's runtime, which must come first into a process that was built without it. */
function runtime() {
  const compiler = process.env.CXX ?? "g++";
  for (const name of [
    "libasan.so",
    `libclang_rt.asan-${{ x64: "x86_64", arm64: "aarch64" }[process.arch]}.so`,
  ]) {
    const { stdout } = spawnSync(compiler, [`-print-file-name=${name}`], { encoding: "utf8" });
    if (path.isAbsolute(stdout?.trim() ?? "") && existsSync(stdout.trim())) return stdout.trim();
  }
  throw new Error(`${compiler} has no AddressSanitizer`);
}

/** Runs node and lets it talk; what is not well ends this program, after what the sanitizers had to say. */
function step(args, cwd = copy) {
  const { status, error } = spawnSync(process.execPath, args, { cwd, env, stdio: "inherit" });
  if (error) throw error;
  if (status === 0) return;
  showReports();
  process.exit(status ?? 1);
}
