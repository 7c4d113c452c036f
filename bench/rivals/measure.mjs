import { createInterface } from "node:readline";
import { median } from "../lib/statistics.mjs";

const WARM_UP_SECONDS = 0.4;
/** Some 20 ms: long enough for what a garbage collector takes to be in each, short enough to be left alone by others. */
const BATCH = 500;

/** `idProduct` of the device that is this rival's alone. */
export const product = Number(process.argv[3]);

/**
 * Runs one workload as every rival does: warms up, says that it is ready, and for each line of seconds on stdin measures
 * that long and prints what one transfer took.
 *
 * @param {Readonly<Record<string, () => Batch | Promise<Batch>>>} workloads - Each makes what it needs once and gives a
 *   function that makes so many transfers, one after the other.
 *
 * @typedef {(transfers: number) => Promise<void>} Batch
 */
export async function measure(workloads) {
  const name = process.argv[2];
  const make = workloads[name];
  if (make === undefined) {
    say({ cannot: `has no way to do ${name}` });
    return;
  }
  const batch = await make();
  await run(batch, WARM_UP_SECONDS);
  say({ ready: true });
  for await (const line of createInterface({ input: process.stdin })) say(await run(batch, Number(line)));
}

function say(what) {
  process.stdout.write(`${JSON.stringify(what)}\n`);
}

/** Throws unless a transfer moved what it should. */
export function expectLength(length, expected) {
  if (length !== expected) throw new Error(`${length} bytes instead of ${expected}`);
}

/** The microseconds of one transfer in the median batch. */
async function run(batch, seconds) {
  const batches = [];
  const begin = performance.now();
  for (let start = begin; start - begin < seconds * 1000; ) {
    await batch(BATCH);
    const end = performance.now();
    batches.push(((end - start) * 1000) / BATCH);
    start = end;
  }
  return { us: median(batches), transfers: batches.length * BATCH };
}
