import { median } from "../lib/statistics.mjs";

const WARM_UP_SECONDS = 0.4;
/** Some 20 ms: long enough for what a garbage collector takes to be in each, short enough to be left alone by others. */
const BATCH = 500;

/**
 * Runs one workload and prints what one transfer took, as every rival does: one line of JSON.
 *
 * @param {Readonly<Record<string, () => (transfers: number) => Promise<void>>>} workloads - Each makes what it needs
 *   once and gives a function that makes so many transfers, one after the other.
 */
export async function measure(workloads) {
  const [name, seconds] = process.argv.slice(2);
  const make = workloads[name];
  if (make === undefined) {
    console.log(JSON.stringify({ cannot: `has no way to do ${name}` }));
    return;
  }
  const batch = make();
  await run(batch, WARM_UP_SECONDS);
  console.log(JSON.stringify(await run(batch, Number(seconds))));
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
