import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { runOnBus } from "./bus.mjs";
import { BASE } from "./rivals.mjs";
import { median, summarise } from "./statistics.mjs";

/**
 * One rival in one workload: `rounds` in microseconds for each transfer, or `cannot`, or `failure`.
 *
 * @typedef {object} Cell
 * @property {string} workload
 * @property {string} rival
 * @property {readonly number[]} rounds
 * @property {string} [cannot]
 * @property {string} [failure]
 * @property {ReturnType<typeof summarise>} [summary]
 */

/** Seconds that a rival measures before it is the next one's turn: short beside what a machine changes its pace in. */
const SLICE = 0.05;

/**
 * Who is first, second … in each turn: each turn begins with another one, so that none always has the same neighbour.
 *
 * @template T
 * @param {readonly T[]} things
 * @param {number} turns
 * @returns {T[][]}
 */
export function rotations(things, turns) {
  return Array.from({ length: turns }, (_, turn) =>
    things.map((_, at) => things[(turn + at) % things.length]),
  );
}

/**
 * Runs every rival in every workload on one bus: in each round all rivals of a workload start anew, and measure in turn,
 * a slice each. A round's figure is the median of its slices.
 *
 * @param {object} options
 * @param {readonly import("./workloads.mjs").Workload[]} options.workloads
 * @param {readonly import("./rivals.mjs").Rival[]} options.rivals
 * @param {number} options.rounds
 * @param {number} options.seconds - What each measures for in each round, after its warm-up.
 * @param {(done: number, all: number, what: string) => void} [options.onProgress]
 * @returns {Promise<Cell[]>}
 */
export async function runRounds({ workloads, rivals, rounds, seconds, onProgress }) {
  const slices = Math.max(1, Math.round(seconds / SLICE));
  const plan = Array.from({ length: rounds }, () => workloads).flat();
  const jobs = plan.map(({ name }) => ({
    // Each rival has a device of its own: they are all there at the same time.
    rivals: rivals.map((rival, at) => [...rival.command(), name, String(FIRST_PRODUCT + at)]),
    turns: rotations([...rivals.keys()], slices),
    slice: SLICE,
  }));
  const results = await withDevices(rivals.length, (devices) =>
    runOnBus(jobs, {
      devices,
      onOutcome: (_, at) => onProgress?.(at + 1, plan.length, `${plan[at].name}, of ${rivals.length} rivals`),
    }),
  );
  const cells = workloads.flatMap((workload) =>
    rivals.map((rival, at) => {
      const own = results.filter((_, round) => plan[round] === workload).map((outcome) => outcome.rivals[at]);
      return cellOf(workload.name, rival.name, own);
    }),
  );
  for (const cell of cells) {
    if (cell.rounds.length === 0) continue;
    const base = cells.find(({ workload, rival }) => workload === cell.workload && rival === BASE);
    cell.summary = summarise(cell.rounds, base?.rounds.length ? base.rounds : undefined);
  }
  return cells;
}

function cellOf(workload, rival, outcomes) {
  const cell = { workload, rival, rounds: [] };
  for (const { us, ...otherwise } of outcomes) {
    if (us?.length > 0) cell.rounds.push(median(us));
    else Object.assign(cell, otherwise);
  }
  // A rival that failed once has no figure: the rounds that it survived would be a choice.
  return cell.failure === undefined ? cell : { ...cell, rounds: [] };
}

const FIRST_PRODUCT = 0x0100;

/** Hands over a description file of so many devices, each with a bulk endpoint that always has data. */
async function withDevices(count, use) {
  const folder = mkdtempSync(path.join(tmpdir(), "tsusb-bench-"));
  try {
    const source = { bEndpointAddress: 0x84, bmAttributes: "bulk", wMaxPacketSize: 512 };
    const devices = Array.from({ length: count }, (_, at) => ({
      id: `rival-${at}`,
      device: { idVendor: 0x1209, idProduct: FIRST_PRODUCT + at, bDeviceClass: 255 },
      configurations: [
        { bConfigurationValue: 1, interfaces: [{ bInterfaceNumber: 0, endpoints: [source] }] },
      ],
      endpoints: { "0x84": "source" },
    }));
    const file = path.join(folder, "devices.json");
    writeFileSync(file, JSON.stringify(devices));
    return await use(file);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
