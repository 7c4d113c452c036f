import { createInterface } from "node:readline";
import { median } from "../lib/statistics.mjs";

const WARM_UP_SECONDS = 0.4;
/** Long enough for what a garbage collector takes to be in each batch, short enough to be left alone by others. */
const BATCH_SECONDS = 0.02;
/** Transfers in each batch of the warm-up, by which the batches of the measurement are made to last. */
const FIRST_BATCH = 64;

/** How many transfers are in flight where there is more than one. */
export const IN_FLIGHT = 16;

/** Bytes of the small and of the large transfers. */
const SMALL = 512;
const LARGE = 65_536;

/** What the rival has no way to do; `message` says why. */
export class Cannot extends Error {}

/**
 * The workloads by name, of functions that make them for so many bytes a transfer; what is left out the rival cannot do.
 *
 * @param {object} ways
 * @param {() => Batch | Promise<Batch>} [ways.control]
 * @param {(size: number) => () => Batch | Promise<Batch>} [ways.bulk]
 * @param {(size: number) => () => Batch | Promise<Batch>} [ways.inFlight]
 * @param {(size: number) => () => Batch | Promise<Batch>} [ways.stream]
 */
export function workloads({ control, bulk, inFlight, stream }) {
  return {
    ...(control && { control }),
    ...(bulk && { bulk: bulk(SMALL), "bulk-64k": bulk(LARGE) }),
    ...(inFlight && { "bulk-x16": inFlight(SMALL), "bulk-64k-x16": inFlight(LARGE) }),
    ...(stream && { stream: stream(SMALL), "stream-64k": stream(LARGE) }),
  };
}

/** `idProduct` of the device that is this rival's alone. */
export const product = Number(process.argv[3]);

/**
 * Runs one workload as every rival does: warms up, says that it is ready, and for each line of seconds on stdin measures
 * that long and prints what one transfer took.
 *
 * @param {Readonly<Record<string, () => Batch | Promise<Batch>>>} makers - Each makes what it needs once and gives a
 *   function that makes so many transfers; or throws `Cannot`.
 *
 * @typedef {(transfers: number) => Promise<void>} Batch
 */
export async function measure(makers) {
  const name = process.argv[2];
  const make = makers[name];
  if (make === undefined) {
    say({ cannot: `has no way to do ${name}` });
    return;
  }
  let batch;
  try {
    batch = await make();
  } catch (error) {
    if (!(error instanceof Cannot)) throw error;
    say({ cannot: error.message });
    return;
  }
  const { us } = await run(batch, WARM_UP_SECONDS, FIRST_BATCH);
  const size = Math.ceil((BATCH_SECONDS * 1e6) / us);
  say({ ready: true });
  for await (const line of createInterface({ input: process.stdin }))
    say(await run(batch, Number(line), size));
}

function say(what) {
  process.stdout.write(`${JSON.stringify(what)}\n`);
}

/** Throws unless a transfer moved what it should. */
export function expectLength(length, expected) {
  if (length !== expected) throw new Error(`${length} bytes instead of ${expected}`);
}

/** The microseconds of one transfer in the median batch. */
async function run(batch, seconds, size) {
  const batches = [];
  const begin = performance.now();
  for (let start = begin; start - begin < seconds * 1000; ) {
    await batch(size);
    const end = performance.now();
    batches.push(((end - start) * 1000) / size);
    start = end;
  }
  return { us: median(batches), transfers: batches.length * size };
}
