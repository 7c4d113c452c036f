// Measures how long each backend takes to list the devices: the first time in a process, and again.
import { execFile } from "node:child_process";
import { cpus } from "node:os";
import { fileURLToPath } from "node:url";
import { parseArgs, promisify } from "node:util";
import { findAll, getBackend, NoBackendError } from "@tsusb/core";

/** Source: EX_USAGE in sysexits.h. */
const USAGE_ERROR = 64;
/** Listings that follow the first one in each process. */
const WARM_LISTINGS = 20;

const HELP = `usage: node enumeration-benchmark.js [--rounds N] [--backend NAME]… [--json]

Measures how long each backend takes to list every device with its descriptors.

  --rounds N       processes for each backend, 1 to 1000 (default 10); they take turns
  --backend NAME   this one, may be repeated (default libusb1, libusb0, openusb)
  --json           for programs: every duration, in milliseconds
  --help           this text

cold: the first listing of a process: importing the backend's package, opening and initialising its library, listing,
      reading descriptors. Node's own start and the import of core are not in it. The files are in the system's cache
      from the second round on.
warm: findAll() again in the same process, ${WARM_LISTINGS} times: the library lists anew; of devices that are still plugged in,
      core knows the descriptors.

Each figure is the median, and the lowest and the highest of all. No device is opened.
Exit status: 0 if a backend works, 1 if none does, ${USAGE_ERROR} if the arguments make no sense.
`;

/** What one process measured. Milliseconds. */
interface Run {
  readonly version: string | undefined;
  readonly devices: number;
  readonly cold: number;
  readonly warm: readonly number[];
}

try {
  const { values } = parseArgs({
    options: {
      rounds: { type: "string", default: "10" },
      backend: { type: "string", multiple: true, default: ["libusb1", "libusb0", "openusb"] },
      json: { type: "boolean", default: false },
      help: { type: "boolean", short: "h" },
      // How this program calls itself.
      measure: { type: "string" },
    },
  });
  if (values.help) console.log(HELP.trimEnd());
  else if (values.measure !== undefined) console.log(JSON.stringify(await measureHere(values.measure)));
  else process.exitCode = await compare(values.backend, roundsIn(values.rounds), values.json);
} catch (error) {
  if (!isUsageError(error)) throw error;
  console.error(`enumeration-benchmark: ${error.message}; see --help`);
  process.exitCode = USAGE_ERROR;
}

/** @returns The exit status. */
async function compare(names: readonly string[], rounds: number, json: boolean): Promise<number> {
  const runs = new Map<string, Run[]>(names.map((name) => [name, []]));
  // A round of all and then the next one: what else the machine does meets each of them alike.
  for (let round = 0; round < rounds; round++) {
    for (const [name, done] of runs) {
      const run = await measureInProcess(name);
      if (run === undefined) runs.delete(name);
      else done.push(run);
    }
  }
  for (const name of names) if (!runs.has(name)) console.error(`${name} does not work here`);
  if (json) console.log(JSON.stringify({ rounds, backends: Object.fromEntries(runs) }, undefined, 2));
  else if (runs.size > 0) console.log(report(runs, rounds));
  return runs.size > 0 ? 0 : 1;
}

async function measureInProcess(name: string): Promise<Run | undefined> {
  const words = [fileURLToPath(import.meta.url), "--measure", name];
  const { stdout } = await promisify(execFile)(process.execPath, words);
  return JSON.parse(stdout) ?? undefined;
}

/** In a process of its own. @returns `null`, which JSON has a word for, if the backend does not work. */
async function measureHere(name: string): Promise<Run | null> {
  try {
    const begin = performance.now();
    const backend = await getBackend({ order: [name] });
    const { length } = await findAll({ backend });
    const cold = performance.now() - begin;
    const warm: number[] = [];
    for (let left = WARM_LISTINGS; left > 0; left--) {
      const start = performance.now();
      await findAll({ backend });
      warm.push(performance.now() - start);
    }
    const { version } = backend;
    await backend.close();
    return { version, devices: length, cold, warm };
  } catch (error) {
    if (error instanceof NoBackendError) return null;
    throw error;
  }
}

function report(runs: ReadonlyMap<string, readonly Run[]>, rounds: number): string {
  const rows = [...runs].map(([name, all]) => [
    `${name} ${all[0]?.version ?? ""}`.trim(),
    String(median(all.map(({ devices }) => devices))),
    ...summary(all.map(({ cold }) => cold)),
    ...summary(all.flatMap(({ warm }) => warm)),
  ]);
  const heading = ["milliseconds", "devices", "cold", "lowest", "highest", "warm", "lowest", "highest"];
  const lines = table([heading, ...rows]);
  return `${lines}\n\n${rounds} processes each, ${WARM_LISTINGS} warm listings in each; Node ${process.version}, ${cpus().length} CPUs`;
}

function summary(values: readonly number[]): string[] {
  return [median(values), Math.min(...values), Math.max(...values)].map((value) => value.toFixed(2));
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? upper) + upper) / 2;
}

/** The first column to the left, the others to the right. */
function table(rows: readonly (readonly string[])[]): string {
  const widths = rows[0]?.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0))) ?? [];
  const pad = (cell: string, column: number) =>
    column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0);
  return rows.map((row) => row.map(pad).join("  ")).join("\n");
}

function roundsIn(text: string): number {
  const rounds = Number(text);
  if (text.trim() === "" || !Number.isInteger(rounds) || rounds < 1 || rounds > 1000)
    throw usageError(`--rounds must be an integer from 1 to 1000, not ${JSON.stringify(text)}`);
  return rounds;
}

/** As parseArgs makes them. */
function usageError(message: string): Error {
  return Object.assign(new TypeError(message), { code: "ERR_PARSE_ARGS_INVALID_OPTION_VALUE" });
}

function isUsageError(error: unknown): error is Error {
  return error instanceof Error && "code" in error && String(error.code).startsWith("ERR_PARSE_ARGS");
}
