import { copyFileSync, cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { runOnBus } from "../lib/bus.mjs";
import { printed, program } from "../lib/program.mjs";
import { median, percentile } from "../lib/statistics.mjs";

const CORE = fileURLToPath(new URL("../../packages/core", import.meta.url));
/** Milliseconds from the call to the error that says what to install. */
const MOST_WITHOUT = 50;
/** Milliseconds of a call that has nothing to load any more, at the 99th percentile. */
const MOST_AGAIN = 5;
const CALLS = 200;

/** Choosing a backend: quick to say that there is none, and free once one is loaded. */
export const selection = {
  name: "selection",
  async run({ rounds }) {
    return judge(await measureSelection(2 * rounds));
  },
};

/**
 * @param {{ without: readonly { ms: number, code?: string, attempts?: readonly string[], idle: number }[],
 *   warm: readonly { name: string, first: number, again: readonly number[], idle: readonly number[] }[] }} runs - One
 *   entry for each process.
 */
export function judge({ without, warm }) {
  const took = without.map(({ ms }) => ms);
  const wrong = without.find(
    ({ code, attempts = [] }) =>
      code !== "ERR_USB_NO_BACKEND" ||
      attempts.length === 0 ||
      attempts.some((each) => each !== "not-installed"),
  );
  const again = percentile(
    warm.flatMap((run) => run.again),
    99,
  );
  const turn = percentile(
    warm.flatMap((run) => run.idle),
    99,
  );
  const first = median(warm.map((run) => run.first));
  return [
    {
      what: `getBackend() with nothing installed, ${without.length} processes`,
      bound: `rejects within ${MOST_WITHOUT} ms`,
      figure: wrong
        ? `${wrong.code ?? "no error"}, attempts ${wrong.attempts?.join(", ") ?? "none"}`
        : `median ${median(took).toFixed(1)} ms, highest ${Math.max(...took).toFixed(1)} ms; importing an empty module ${median(without.map(({ idle }) => idle)).toFixed(1)} ms`,
      isKept: wrong === undefined && median(took) <= MOST_WITHOUT,
    },
    {
      what: `getBackend() again, ${warm.length} × ${warm[0]?.again.length} calls, p99`,
      bound: `under ${MOST_AGAIN} ms`,
      figure: `${again.toFixed(3)} ms, an idle turn of the event loop ${turn.toFixed(3)} ms; the first call of a process ${first.toFixed(1)} ms (${warm[0]?.name})`,
      isKept: again < MOST_AGAIN,
    },
  ];
}

/** Runs both programs so often, in turn. @param {number} rounds */
export async function measureSelection(rounds) {
  const folder = mkdtempSync(path.join(tmpdir(), "tsusb-bench-"));
  try {
    const alone = installCoreAlone(folder);
    const jobs = [
      { command: [process.execPath, alone] },
      { command: [process.execPath, program("get-backend.mjs"), String(CALLS)] },
    ];
    // One round more, which warms the caches of the file system.
    const plan = Array.from({ length: rounds + 1 }, () => jobs).flat();
    const runs = (await runOnBus(plan)).map(printed).slice(jobs.length);
    return { without: runs.filter((run) => "ms" in run), warm: runs.filter((run) => "again" in run) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** A program that depends on core and has nothing else installed. @returns Its path. */
function installCoreAlone(folder) {
  const home = path.join(folder, "node_modules/@tsusb/core");
  mkdirSync(home, { recursive: true });
  copyFileSync(path.join(CORE, "package.json"), path.join(home, "package.json"));
  cpSync(path.join(CORE, "dist"), path.join(home, "dist"), { recursive: true });
  const manifest = { name: "program", type: "module", dependencies: { "@tsusb/core": "*" } };
  writeFileSync(path.join(folder, "package.json"), JSON.stringify(manifest));
  writeFileSync(path.join(folder, "empty.mjs"), "");
  const file = path.join(folder, "program.mjs");
  copyFileSync(program("no-backend.mjs"), file);
  return file;
}
