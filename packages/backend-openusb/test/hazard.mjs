// node hazard.mjs HOW: ends a worker, or itself, with 100 reads in flight; prints "usable" if the device is so afterwards.
// Run by hazards.test.ts, on the test library.
import { once } from "node:events";
import { isMainThread, parentPort, Worker, workerData } from "node:worker_threads";
import { getBackend } from "@tsusb/backend-openusb";

const how = isMainThread ? process.argv[2] : workerData.how;
/** Endpoints that have nothing to give, on two interfaces: two workers cannot share one. */
const PLACES = [
  { interfaceNumber: 2, endpoint: 0x85 },
  { interfaceNumber: 0, endpoint: 0x81 },
];
const vendor = (bRequest) => ({
  type: "control",
  endpoint: 0,
  setup: { bmRequestType: 0x40, bRequest, wValue: 0, wIndex: 0, wLength: 0 },
  data: new Uint8Array(0),
  timeout: 0,
});

async function open() {
  const backend = await getBackend();
  const device = (await backend.enumerateDevices()).find(({ idProduct }) => idProduct === 1);
  const handle = await backend.openDevice(device);
  return { backend, handle };
}

/** With a control request that is refused, and one that is never answered, among them. */
async function readForEver({ interfaceNumber, endpoint } = PLACES[0]) {
  const { backend, handle } = await open();
  await backend.claimInterface(handle, interfaceNumber);
  for (let count = 0; count < 100; count++)
    void backend.submit(handle, { type: "bulk", endpoint, length: 512, timeout: 0 });
  void backend.submit(handle, vendor(0xf7));
  const setup = { bmRequestType: 0x80, bRequest: 6, wValue: 0x0100, wIndex: 0, wLength: 18 };
  await backend.submit(handle, { type: "control", endpoint: 0, setup, length: 18, timeout: 1000 }).done;
  void backend.submit(handle, vendor(0x60));
}

/** Opens, moves data, logs and closes as fast as it goes, until somebody ends it. */
async function storm() {
  const backend = await getBackend({ logLevel: 4, onLog: () => undefined });
  await backend.watch(() => undefined);
  const device = (await backend.enumerateDevices()).find(({ idProduct }) => idProduct === 1);
  const handle = await backend.openDevice(device);
  await backend.claimInterface(handle, 2);
  parentPort.postMessage("storm");
  const read = async () => {
    for (;;) await backend.submit(handle, { type: "bulk", endpoint: 0x84, length: 512, timeout: 1000 }).done;
  };
  for (let count = 0; count < 8; count++) void read();
  for (;;) await backend.closeDevice(await backend.openDevice(device));
}

async function endWorker(end, place = 0) {
  const worker = new Worker(new URL(import.meta.url), { workerData: { how: end, place } });
  await once(worker, "message");
  if (end === "storm") await new Promise((resolve) => setTimeout(resolve, place));
  if (end === "worker-exit") await once(worker, "exit");
  else await worker.terminate();
}

/** Claims what a worker may not have given back, and moves data. */
async function checkUsable() {
  const { backend, handle } = await open();
  await backend.claimInterface(handle, 2);
  const read = { type: "bulk", endpoint: 0x84, length: 512, timeout: 1000 };
  if ((await backend.submit(handle, read).done).length === 512) console.log("usable");
  await backend.close();
}

if (!isMainThread && how === "storm") {
  await storm();
} else if (!isMainThread) {
  await readForEver(PLACES[workerData.place]);
  parentPort.postMessage("reading");
  if (how === "worker-exit") setImmediate(() => process.exit());
} else if (how === "storm") {
  // Each at another moment.
  for (let count = 0; count < 20; count++) await endWorker("storm", count % 10);
  await checkUsable();
} else if (how === "exit") {
  await readForEver();
  process.exit(3);
} else if (how === "throw") {
  await readForEver();
  throw new Error("nobody catches this");
} else if (how === "idle") {
  // With the backend and a device open, and nothing under way.
  await open();
  console.log("usable");
} else if (how === "gc") {
  const { setFlagsFromString } = await import("node:v8");
  setFlagsFromString("--expose-gc");
  const gc = (await import("node:vm")).runInNewContext("gc");
  await readForEver();
  for (let round = 0; round < 20; round++) {
    gc();
    await new Promise((resolve) => setImmediate(resolve));
  }
  await (await getBackend()).close();
  await checkUsable();
} else {
  if (how === "two") await Promise.all([endWorker("terminate", 0), endWorker("terminate", 1)]);
  else for (let count = 0; count < (how === "ten" ? 10 : 1); count++) await endWorker(how);
  await checkUsable();
}
