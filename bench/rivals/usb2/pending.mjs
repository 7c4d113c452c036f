// npm's usb 2 with many reads pending: a Transfer for each, since only those can be cancelled. It has no signal for several.
import { readdirSync } from "node:fs";
import { MANY, memoryOf } from "../pending-heap.mjs";
import { ENDLESS, SILENT, SOURCE, seconds, serve, within } from "../solo.mjs";
import { openInterface } from "./solo-device.mjs";

/** Source: libusb.h, enum libusb_transfer_status, LIBUSB_TRANSFER_CANCELLED. */
const CANCELLED = 3;
const IDLE = 200;
const claimed = openInterface(ENDLESS);

function submit(count, onEnd) {
  return Array.from({ length: count }, (_, at) => {
    const endpoint = claimed.endpoint(SILENT[at % SILENT.length]);
    return endpoint.makeTransfer(0, onEnd).submit(Buffer.alloc(512));
  });
}

async function beside() {
  submit(IDLE, fail);
  const buffer = Buffer.alloc(512);
  let until;
  let count;
  let settle;
  const transfer = claimed.endpoint(SOURCE).makeTransfer(0, (error) => {
    if (error) return settle.reject(error);
    count++;
    if (performance.now() < until) transfer.submit(buffer);
    else settle.resolve();
  });
  const move = (end) =>
    new Promise((resolve, reject) => {
      settle = { resolve, reject };
      until = end;
      count = 0;
      transfer.submit(buffer);
    });
  await move(performance.now() + 200);
  const begin = performance.now();
  await move(begin + seconds * 1000);
  const us = ((performance.now() - begin) * 1000) / count;
  return { us, threads: readdirSync("/proc/self/task").length };
}

async function cancel() {
  let left = MANY;
  const begin = performance.now();
  const ended = new Promise((resolve, reject) => {
    const transfers = submit(MANY, (error) => {
      if (error?.errno !== CANCELLED) reject(error ?? new Error("a silent endpoint answered"));
      if (--left === 0) resolve();
    });
    for (const transfer of transfers) transfer.cancel();
  });
  await within(ended);
  return { ms: performance.now() - begin };
}

function fail(error) {
  process.stderr.write(`an idle read ended: ${error?.message}\n`);
  process.exit(1);
}

await serve({ beside, cancel, memory: () => memoryOf((count) => submit(count, fail)) });
