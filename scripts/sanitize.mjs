// npm run test:sanitize [-- [--thread] [--lane NAME] [WORD…] [vitest's options]]: the addons under AddressSanitizer and
// UndefinedBehaviorSanitizer, with a soak under LeakSanitizer, or with --thread under ThreadSanitizer. The addons are
// built in a copy of the tree, so that those in use stay as they are. Linux and gcc or clang.
import { spawnSync } from "node:child_process";
import {
  chmodSync,
  cpSync,
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
import { ensureBuildTools } from "./build-tools.mjs";
import { ensureDebian, LIBUSB_0, LIBUSB_0_HEADER, LIBUSB_1, LIBUSB_1_HEADER } from "./debian.mjs";
import { ADDRESS, runtimeOf, THREAD } from "./sanitizers.mjs";
import { root, toolEnv } from "./workspace.mjs";

const ADDONS = ["libloader", "backend-libusb1", "backend-libusb0", "backend-openusb"];
/** Where tests of the addons run, and of which packages. */
const LANES = new Map([
  ["bus", { packages: ["backend-libusb1", "backend-libusb0", "backend-openusb"], ends: /\.bus\.test\.ts$/ }],
  [
    "unit",
    {
      packages: ["addon-kit", "libloader", "backend-libusb0", "backend-openusb"],
      ends: /(?<!\.bus|\.guest)\.test\.ts$/,
    },
  ],
]);

if (process.platform !== "linux") throw new Error(`needs Linux, this is ${process.platform}`);
const { sanitizer, laneNames, words, options } = readArguments(process.argv.slice(2));
ensureBuildTools();
ensureDebian(LIBUSB_1, LIBUSB_0, LIBUSB_1_HEADER, LIBUSB_0_HEADER);

const copy = mkdtempSync(path.join(tmpdir(), "tsusb-sanitize-"));
process.on("exit", () => rmSync(copy, { recursive: true, force: true }));
// Some tests run programs as somebody who may nothing.
chmodSync(copy, 0o755);
const reports = path.join(copy, "reports");
mkdirSync(reports);
chmodSync(reports, 0o1777);
copyTree();
const suppressions = path.join(copy, "suppressions");
writeFileSync(suppressions, sanitizer.suppressions);

const asked = [...LANES].filter(([name]) => laneNames.length === 0 || laneNames.includes(name));
const lanes = asked
  .map(([name, lane]) => ({ name, files: testFiles(lane) }))
  .filter(({ files }) => files.length > 0);
if (lanes.length === 0) throw new Error(`no test file has ${words.join(" or ")} in its path`);

const env = toolEnv({ TSUSB_SANITIZER: sanitizer.name, JOBS: "max", ...sanitizer.compiler });
for (const addon of ADDONS) step([inCopy("scripts/native.mjs"), "build"], inCopy("packages", addon));

const sanitized = [
  "env",
  `LD_PRELOAD=${runtimeOf(sanitizer)}`,
  ...sanitizer.environment({ report: path.join(reports, "report"), suppressions }),
  ...sanitizer.wrap,
  process.execPath,
];
const bus = [inCopy("testbed/bus/bus.mjs"), "--", ...sanitized];
const failed = [];
for (const { name, files } of lanes) {
  const [first, ...before] = name === "bus" ? [process.execPath, ...bus] : sanitized;
  // Files of several packages use the same device of the bus.
  const alone = name === "bus" ? ["--no-file-parallelism"] : [];
  const vitest = [
    inCopy("node_modules/vitest/vitest.mjs"),
    "run",
    "--pool=forks",
    ...alone,
    ...files,
    ...options,
  ];
  run(first, [...before, ...vitest], { TSUSB_LANE: name }, name);
}
if (words.length === 0) {
  const soak = inCopy("packages/backend-libusb1/test/soak.mjs");
  run(process.execPath, [...bus, soak, "200", "4000", "20"], {}, "soak");
}

const count = showReports();
for (const name of failed) console.error(`failed: ${name}`);
console.log(`${count} reports of ${sanitizer.name}`);
process.exitCode = count === 0 && failed.length === 0 ? 0 : 1;

/** Prints what the sanitizer had to say, and gives the number of processes that had. */
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
}

/** The test files of a lane that are asked for, relative to the copy. */
function testFiles({ packages, ends }) {
  const files = packages.flatMap((name) => {
    const folder = path.join("packages", name, "test");
    return readdirSync(inCopy(folder)).map((file) => path.join(folder, file));
  });
  return files.filter(
    (file) => ends.test(file) && (words.length === 0 || words.some((word) => file.includes(word))),
  );
}

/** Builds something; ends this program if that fails. */
function step(args, cwd) {
  const { status, error } = spawnSync(process.execPath, args, { cwd, env, stdio: "inherit" });
  if (error) throw error;
  if (status !== 0) process.exit(status ?? 1);
}

/** Runs a program under the sanitizer and lets it talk; notes it if it does not end well. */
function run(command, args, extra, what) {
  const options = { cwd: copy, env: { ...env, ...extra }, stdio: "inherit" };
  const { status, signal, error } = spawnSync(command, args, options);
  if (error) throw error;
  if (status !== 0) failed.push(`${what}, with ${signal ?? `status ${status}`}`);
}

function readArguments(args) {
  const read = { sanitizer: ADDRESS, laneNames: [], words: [], options: [] };
  for (let at = 0; at < args.length; at++) {
    const word = args[at];
    if (word === "--thread") read.sanitizer = THREAD;
    else if (word === "--lane") read.laneNames.push(args[++at]);
    else if (word === "-t" || word === "--testNamePattern") read.options.push(word, args[++at] ?? "");
    else (word.startsWith("-") ? read.options : read.words).push(word);
  }
  for (const name of read.laneNames)
    if (!LANES.has(name)) {
      console.error(
        `--lane: no lane is named ${JSON.stringify(name)}; there are ${[...LANES.keys()].join(", ")}`,
      );
      process.exit(2);
    }
  return read;
}
