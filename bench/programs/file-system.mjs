// node file-system.mjs PRODUCT SLICES MS C-PROGRAM: what calls of fs take while eight handles over libusb 0.1 are idle,
// while a read is pending on each, and while they are idle and a C program has as many reads pending on the next device:
// so many slices of each, in turn, of so many milliseconds. Prints { idle, pending, beside, early }: microseconds by name
// of the call, and how many reads ended before their slice had.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { readdir, readFile, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { getBackend } from "@tsusb/backend-libusb0";
import { find } from "@tsusb/core";
import { openWaiters, waitForData } from "../rivals/waiters.mjs";

const [idProduct, slices, ms] = process.argv.slice(2, 5).map(Number);
const [cProgram] = process.argv.slice(5);
const folder = mkdtempSync(path.join(tmpdir(), "tsusb-bench-"));
const file = path.join(folder, "file");
const content = Buffer.alloc(4096, 1);
const calls = {
  stat: () => stat(file),
  readFile: () => readFile(file),
  writeFile: () => writeFile(file, content),
  readdir: () => readdir(folder),
};

const rival = spawn(cProgram, ["pending", String(idProduct + 1)], { stdio: ["pipe", "pipe", "inherit"] });
await once(rival.stdout, "data"); // it is ready, and its reads are pending
rival.kill("SIGSTOP");
const backend = await getBackend();
const device = await find({ idVendor: 0x1209, idProduct, backend });
const waiters = await openWaiters(device);
await writeFile(file, content);
const result = { idle: empty(), pending: empty(), beside: empty(), early: 0 };
await measure(empty());
for (let left = slices; left > 0; left--) {
  await measure(result.idle);
  await measureWhilePending();
  rival.kill("SIGCONT");
  await measure(result.beside);
  rival.kill("SIGSTOP");
}
rival.kill("SIGKILL");
await backend.close();
rmSync(folder, { recursive: true });
console.log(JSON.stringify(result));

async function measureWhilePending() {
  let ended = 0;
  const reads = waitForData(waiters, 2 * ms).map((read) =>
    read.then(
      () => (ended += 1),
      () => (ended += 1),
    ),
  );
  await measure(result.pending);
  result.early += ended;
  await Promise.all(reads);
}

/** Makes one call of each kind after the other, as long as a slice lasts. */
async function measure(durations) {
  for (const begin = performance.now(); performance.now() - begin < ms; ) {
    for (const [name, call] of Object.entries(calls)) {
      const start = performance.now();
      await call();
      durations[name].push((performance.now() - start) * 1000);
    }
  }
}

function empty() {
  return Object.fromEntries(Object.keys(calls).map((name) => [name, []]));
}
