// npm test [-- [--lane NAME]… [PATTERN…] [vitest's options]]: every lane, then the sum in one line.
// `skipped` counts only what this machine cannot run; with CI=true that is a failure.
import { spawn } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { conformanceTable, readRows } from "./conformance-table.mjs";
import { LANES } from "./test-lanes.mjs";
import { root, toolEnv } from "./workspace.mjs";

/** What the testbed ends with when the machine lacks what it needs. Source: EX_UNAVAILABLE in sysexits.h. */
const UNAVAILABLE = 69;
const isCI = process.env.CI !== undefined && !["", "0", "false"].includes(process.env.CI);

const USAGE = `usage: npm test -- [--lane NAME]… [WORD…] [OPTION…]

Builds what has changed, runs the tests and ends with their sum: N passed, N failed, N skipped. skipped counts only what
this machine cannot run; with CI=true that is a failure.

  --lane NAME  only this lane, may be repeated: ${LANES.map(({ name }) => name).join(", ")}
  WORD         only files with this word in their path; several: with all of them
  OPTION       handed on to vitest: -t PATTERN, --bail 1, …
  --help       this text`;

const { laneNames, words } = readArguments(process.argv.slice(2));
const patterns = words.filter(
  (word, at) => !word.startsWith("-") && !/^(-t|--testNamePattern)$/.test(words[at - 1] ?? ""),
);
const scratch = mkdtempSync(path.join(tmpdir(), "tsusb-test-"));
process.on("exit", () => rmSync(scratch, { recursive: true, force: true }));

const results = [];
const conformance = [];
for (const lane of LANES) {
  if (laneNames.length > 0 && !laneNames.includes(lane.name)) continue;
  const files = testFiles(lane).filter(
    (file) => patterns.length === 0 || patterns.some((pattern) => file.includes(pattern)),
  );
  if (files.length === 0 && patterns.length > 0) continue;
  const started = performance.now();
  const report = files.length === 0 ? failure("the lane has no test") : await runLane(lane, files);
  results.push({ name: lane.name, seconds: (performance.now() - started) / 1000, ...strict(report) });
}
if (results.length === 0)
  results.push({ name: words.join(" "), seconds: 0, ...failure("no test file matches") });
summarise(results);

/** Runs vitest in the lane's place and returns what its reporter wrote. */
async function runLane(lane, files) {
  console.log(`\n── ${lane.name} ${"─".repeat(Math.max(0, 70 - lane.name.length))}`);
  const out = path.join(scratch, lane.name);
  mkdirSync(out);
  const reportFile = path.join(out, "report.json");
  try {
    lane.ensure?.();
  } catch (error) {
    return { passed: 0, failed: [], skipped: files.map((name) => ({ name, reason: error.message })) };
  }
  let extra;
  try {
    extra = lane.env?.(out) ?? {};
  } catch (error) {
    return failure(error.message);
  }
  const [command, ...before] = lane.wrap(out);
  const node = before.length > 0 ? [process.execPath] : [];
  const vitest = [
    "node_modules/vitest/vitest.mjs",
    "run",
    "--reporter=default",
    "--reporter=./scripts/lane-reporter.mjs",
  ];
  const filter = patterns.length === 0 && lane.under ? [lane.under] : [];
  const conformanceFile = path.join(out, "conformance.jsonl");
  const env = toolEnv({
    ...extra,
    TSUSB_LANE: lane.kind,
    TSUSB_REPORT: reportFile,
    TSUSB_CONFORMANCE_REPORT: conformanceFile,
  });
  const { status, lastWords } = await spawned(
    command,
    [...before, ...node, ...vitest, ...filter, ...words],
    env,
  );
  if (existsSync(conformanceFile))
    conformance.push(...readRows(lane.name, readFileSync(conformanceFile, "utf8")));
  if (status === UNAVAILABLE && !existsSync(reportFile))
    return { passed: 0, failed: [], skipped: files.map((name) => ({ name, reason: lastWords })) };
  if (!existsSync(reportFile))
    return failure(`ended with status ${status} and without a report: ${lastWords}`);
  const report = JSON.parse(readFileSync(reportFile, "utf8"));
  const ran = report.passed + report.failed.length + report.skipped.length;
  if (status !== 0 && report.failed.length === 0)
    report.failed.push(`ended with status ${status}: ${lastWords}`);
  if (ran === 0 && words.length === 0) report.failed.push("not one test ran");
  return report;
}

/** Spawns in the root, lets it talk, and keeps the last line that it wrote to stderr. */
function spawned(command, args, env) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd: root, env, stdio: ["ignore", "inherit", "pipe"] });
    let tail = "";
    child.stderr.on("data", (bytes) => {
      process.stderr.write(bytes);
      tail = (tail + bytes).slice(-2000);
    });
    child.once("error", reject);
    child.once("close", (code, signal) =>
      resolve({ status: code ?? signal, lastWords: tail.trim().split("\n").at(-1) || "it said nothing" }),
    );
  });
}

function failure(reason) {
  return { passed: 0, failed: [reason], skipped: [] };
}

/** Where everything can be installed, a test that cannot run is a failure. */
function strict(report) {
  if (!isCI) return report;
  const failed = [
    ...report.failed,
    ...report.skipped.map(({ name, reason }) => `${name} (could not run: ${reason})`),
  ];
  return { ...report, failed, skipped: [] };
}

function summarise(lanes) {
  const table = conformanceTable(conformance);
  if (table !== "") console.log(`\n── conformance ${"─".repeat(59)}\n${table}`);
  const width = Math.max(...lanes.map(({ name }) => name.length));
  console.log(`\n${"lane".padEnd(width)}  passed  failed  skipped  seconds`);
  for (const { name, passed, failed, skipped, seconds } of lanes) {
    const columns = [passed, failed.length, skipped.length, seconds.toFixed(1)];
    console.log(name.padEnd(width), ...columns.map((value, at) => String(value).padStart([7, 7, 8, 8][at])));
  }
  for (const { name, failed } of lanes) for (const what of failed) console.log(`failed   ${name}: ${what}`);
  for (const { name, skipped } of lanes)
    for (const { name: test, reason } of skipped) console.log(`skipped  ${name}: ${test}: ${reason}`);
  const sum = (key) => lanes.reduce((total, lane) => total + (lane[key].length ?? lane[key]), 0);
  process.exitCode = sum("failed") === 0 ? 0 : 1;
  console.log(`\n${sum("passed")} passed, ${sum("failed")} failed, ${sum("skipped")} skipped`);
}

function readArguments(args) {
  const lanes = [];
  const words = [...args];
  if (words.includes("--help") || words.includes("-h")) {
    console.log(USAGE);
    process.exit(0);
  }
  for (let at = words.findIndex(isLane); at !== -1; at = words.findIndex(isLane)) {
    const [option, next] = words.splice(at, words[at] === "--lane" ? 2 : 1);
    lanes.push(option === "--lane" ? (next ?? "") : option.slice("--lane=".length));
  }
  const known = LANES.map(({ name }) => name);
  for (const name of lanes)
    if (!known.includes(name)) {
      console.error(`--lane: no lane is named ${JSON.stringify(name)}; there are ${known.join(", ")}`);
      process.exit(2);
    }
  return { laneNames: lanes, words };
}

function isLane(word) {
  return word === "--lane" || word.startsWith("--lane=");
}

/** The files that vitest.config.ts picks for a lane, relative to the root. */
function testFiles({ kind, under = "" }) {
  const ends = {
    unit: /(?<!\.bus|\.guest)\.test\.ts$/,
    bus: /\.bus\.test\.ts$/,
    guest: /\.guest\.test\.ts$/,
  }[kind];
  const walk = (directory) =>
    readdirSync(path.join(root, directory), { withFileTypes: true }).flatMap((entry) => {
      const file = path.posix.join(directory, entry.name);
      if (entry.isDirectory()) return /^(node_modules|dist|build|\..*)$/.test(entry.name) ? [] : walk(file);
      return file.includes("/test/") && file.startsWith(under) && ends.test(file) ? [file] : [];
    });
  return ["packages", "testbed", "bench", "examples", "scripts"].flatMap(walk);
}
