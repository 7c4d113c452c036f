// tsusb with many reads pending: each is a promise, and one signal ends them all.
import { readdirSync } from "node:fs";
import { MANY, memoryOf } from "../pending-heap.mjs";
import { ENDLESS, SILENT, SOURCE, seconds, serve, within } from "../solo.mjs";
import { openDevice } from "./solo-device.mjs";

const IDLE = 200;
const device = await openDevice(ENDLESS);

/** @param {AbortSignal} [signal] */
function submit(count, signal) {
  const options = { timeout: 0, signal };
  return Array.from({ length: count }, (_, at) => device.read(SILENT[at % SILENT.length], 512, options));
}

async function beside() {
  for (const read of submit(IDLE)) read.catch(fail);
  const buffer = new Uint8Array(512);
  const move = async (until) => {
    let count = 0;
    for (; performance.now() < until; count++) await device.readInto(SOURCE, buffer);
    return count;
  };
  await move(performance.now() + 200);
  const begin = performance.now();
  const count = await move(begin + seconds * 1000);
  const us = ((performance.now() - begin) * 1000) / count;
  return { us, threads: readdirSync("/proc/self/task").length };
}

async function cancel() {
  const controller = new AbortController();
  const begin = performance.now();
  const reads = submit(MANY, controller.signal);
  controller.abort();
  const ended = await within(Promise.allSettled(reads));
  const ms = performance.now() - begin;
  const aborted = ended.filter(({ reason }) => reason?.code === "ABORT_ERR").length;
  if (aborted !== MANY) throw new Error(`${aborted} of ${MANY} reads were aborted`);
  return { ms };
}

const memory = () =>
  memoryOf((count) => {
    for (const read of submit(count)) read.catch(fail);
  });

function fail(error) {
  process.stderr.write(`an idle read ended: ${error.message}\n`);
  process.exit(1);
}

await serve({ beside, cancel, memory });
