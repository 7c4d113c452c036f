// node soak.mjs OPENS TRANSFERS BACKENDS: opens, moves data and closes so many times, and prints what the second half of
// each has added to the process, as JSON. Run by soak.bus.test.ts, and by scripts/sanitize.mjs for what leaks.
import { readdirSync } from "node:fs";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { getBackend } from "@tsusb/backend-libusb1";

const [opens, transfers, backends] = process.argv.slice(2).map(Number);
setFlagsFromString("--expose-gc");
const gc = runInNewContext("gc");

/** @param {number} count @param {() => Promise<void>} step */
async function growth(count, step) {
  for (let at = 0; at < count / 2; at++) await step();
  const before = measure();
  for (let at = 0; at < count / 2; at++) await step();
  const after = measure();
  return Object.fromEntries(Object.keys(before).map((key) => [key, after[key] - before[key]]));
}

function measure() {
  gc();
  const { rss, heapTotal, arrayBuffers } = process.memoryUsage();
  return {
    // What V8 keeps for later is not what is looked for.
    megabytes: Math.round((rss - heapTotal - arrayBuffers) / 1e6),
    files: readdirSync("/proc/self/fd").length,
    threads: readdirSync("/proc/self/task").length,
  };
}

const backend = await getBackend();
const device = (await backend.enumerateDevices()).find(({ product }) => product === "Played Device");

const opening = await growth(opens, async () => {
  const handle = await backend.openDevice(device);
  await backend.claimInterface(handle, 2);
  await backend.closeDevice(handle);
});

const handle = await backend.openDevice(device);
await backend.claimInterface(handle, 2);
const read = { type: "bulk", endpoint: 0x84, timeout: 1000 };
const into = new Uint8Array(4096);
const moving = await growth(transfers / 8, async () => {
  const reads = Array.from({ length: 8 }, (_, at) =>
    backend.submit(handle, at === 0 ? { ...read, length: 512 } : { ...read, into }),
  );
  await Promise.all(reads.map(({ done }) => done));
});

const initialising = await growth(backends, async () => {
  const other = await getBackend({
    logLevel: process.env.TSUSB_LIBUSB1_AS_OF ? 0 : 4,
    onLog: () => undefined,
  });
  await (await other.watch(() => undefined)).close();
  await other.close();
});

await backend.close();
console.log(JSON.stringify({ opening, moving, initialising }));
