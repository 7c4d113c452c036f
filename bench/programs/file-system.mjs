// node file-system.mjs PRODUCT SLICES MS: what calls of fs take while reads are pending on eight handles over libusb 0.1,
// and while the same handles are idle, in turn: so many slices of each, of so many milliseconds. Prints { idle, pending,
// early }: microseconds by name of the call, and how many reads ended before their slice had.
import { mkdtempSync, rmSync } from "node:fs";
import { readdir, readFile, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { getBackend } from "@tsusb/backend-libusb0";
import { find } from "@tsusb/core";
import { openWaiters, waitForData } from "../rivals/waiters.mjs";

const [idProduct, slices, ms] = process.argv.slice(2).map(Number);
const folder = mkdtempSync(path.join(tmpdir(), "tsusb-bench-"));
const file = path.join(folder, "file");
const content = Buffer.alloc(4096, 1);
const calls = {
  stat: () => stat(file),
  readFile: () => readFile(file),
  writeFile: () => writeFile(file, content),
  readdir: () => readdir(folder),
};

const backend = await getBackend();
const device = await find({ idVendor: 0x1209, idProduct, backend });
const waiters = await openWaiters(device);
await writeFile(file, content);
const result = { idle: empty(), pending: empty(), early: 0 };
await measure(empty());
for (let left = slices; left > 0; left--) {
  await measure(result.idle);
  await measureWhilePending();
}
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
