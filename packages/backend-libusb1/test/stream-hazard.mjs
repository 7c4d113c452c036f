// node stream-hazard.mjs HOW TYPE SERIAL: ends a worker, itself or nothing with streams and sinks open; prints "usable" if
// the device is so afterwards. Run by stream-hazards.bus.test.ts, which has plugged the device.
import { once } from "node:events";
import { readdirSync } from "node:fs";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { isMainThread, parentPort, Worker, workerData } from "node:worker_threads";
import { getBackend } from "@tsusb/backend-libusb1";
import { find } from "@tsusb/core";

const [how, type, serialNumber] = isMainThread ? process.argv.slice(2) : workerData;

/** As stream-hazard-device.ts has them, with sizes at which a ring is full at once. */
const { source, other, silent, sink, options } = {
  bulk: {
    ...{ source: 0x81, other: 0x85, silent: 0x83, sink: 0x01 },
    options: { transferSize: 16_384, transfers: 8, bufferSize: 131_072 },
  },
  isochronous: {
    ...{ source: 0x82, other: 0x86, silent: 0x84, sink: 0x02 },
    options: { transfers: 16, bufferSize: 32_768 },
  },
}[type];

const turn = () => new Promise((resolve) => setImmediate(resolve));

async function openDevice() {
  const device = await find({ idVendor: 0x1209, serialNumber, backend: await getBackend() });
  await device.open();
  if (type === "isochronous") await device.setInterfaceAltsetting(1, 1);
  return device;
}

function endpoint(device, address) {
  const endpoints = device.configurations[0].interfaces.flatMap((each) => each.endpoints);
  return endpoints.find(({ bEndpointAddress }) => bEndpointAddress === address);
}

/** A stream whose ring is full, as nobody has read it since. */
async function full(device) {
  const stream = endpoint(device, source).stream(options);
  await stream.read();
  while (stream.stats().inFlight > 0) await turn();
  return stream;
}

/** One stream is full, one flows, one waits, and a sink is written to: all without end. */
async function everything() {
  const device = await openDevice();
  await full(device);
  const waiting = endpoint(device, silent).stream(options);
  void waiting.read();
  const flowing = endpoint(device, other).stream({ ...options, borrow: true });
  const flow = async () => {
    for (;;) await flowing.read();
  };
  const writer = endpoint(device, sink).sink(options);
  const write = async () => {
    for (;;) await writer.write(new Uint8Array(24_576));
  };
  void flow();
  void write();
  for (const each of [waiting, flowing, writer]) while (each.stats().inFlight === 0) await turn();
}

/** Says whether all that a worker may not have given back can be had and moves bytes. */
async function checkUsable() {
  const device = await openDevice();
  const stream = endpoint(device, source).stream(options);
  const writer = endpoint(device, sink).sink(options);
  await writer.write(new Uint8Array(4096));
  await writer.end();
  const chunk = await stream.read();
  await device.close();
  if (chunk.length > 0) console.log("usable");
}

/** What the process has when all that can be collected is: the memory of streams goes a turn after their views. */
async function measure(gc) {
  for (let round = 0; round < 5; round++) {
    gc();
    await turn();
  }
  const { rss, heapTotal } = process.memoryUsage();
  return {
    // What V8 keeps for later is not what is looked for.
    megabytes: Math.round((rss - heapTotal) / 1e6),
    files: readdirSync("/proc/self/fd").length,
    threads: readdirSync("/proc/self/task").length,
  };
}

/** What the second half of so many steps has added. @param {number} count @param {(at: number) => Promise<void>} step */
async function growth(count, step) {
  const gc = exposedGc();
  for (let at = 0; at < count / 2; at++) await step(at);
  const first = await measure(gc);
  for (let at = 0; at < count / 2; at++) await step(at);
  const second = await measure(gc);
  return Object.fromEntries(Object.keys(first).map((key) => [key, second[key] - first[key]]));
}

function exposedGc() {
  setFlagsFromString("--expose-gc");
  return runInNewContext("gc");
}

const programs = {
  /** Workers are ended at moments that differ. */
  async terminate() {
    for (let count = 0; count < 10; count++) {
      const worker = new Worker(new URL(import.meta.url), { workerData: [how, type, serialNumber] });
      await once(worker, "message");
      await new Promise((resolve) => setTimeout(resolve, count));
      await worker.terminate();
    }
    await checkUsable();
  },
  async "worker-exit"() {
    const worker = new Worker(new URL(import.meta.url), { workerData: [how, type, serialNumber] });
    await once(worker, "exit");
    await checkUsable();
  },
  async exit() {
    await everything();
    process.exit(3);
  },
  async throw() {
    await everything();
    throw new Error("nobody catches this");
  },
  /** Nothing is asked for: the process must end by itself. */
  async idle() {
    const device = await openDevice();
    await full(device);
    const writer = endpoint(device, sink).sink(options);
    await writer.write(new Uint8Array(4096));
    await writer.flush();
    console.log("idle");
  },
  /** Everything is open, and nobody holds it any more. */
  async forget() {
    const gc = exposedGc();
    const closed = once(process, "warning");
    await (async () => {
      const device = await openDevice();
      await full(device);
      await endpoint(device, other)
        .stream({ ...options, borrow: true })
        .read();
      await endpoint(device, sink).sink(options).write(new Uint8Array(4096));
    })();
    let code;
    void closed.then(([warning]) => {
      code = warning.code;
    });
    for (let round = 0; round < 500 && code === undefined; round++) {
      gc();
      await turn();
    }
    console.log(code);
    await (await getBackend()).close();
    await checkUsable();
  },
  /** 200 streams and 200 sinks, one after the other; what the second half has added. */
  async row() {
    const device = await openDevice();
    const open = async (at) => {
      const stream = endpoint(device, source).stream({ ...options, borrow: at % 2 === 0 });
      const writer = endpoint(device, sink).sink(options);
      await writer.write(new Uint8Array(4096));
      await stream.read();
      if (at % 3 === 0) await writer.end();
      await Promise.all([stream.close(), writer.close()]);
    };
    console.log(JSON.stringify(await growth(200, open)));
    await device.close();
  },
  /** Takes a few chunks, and then none until nothing more is asked for. */
  async slow() {
    const device = await openDevice();
    const stream = await full(device);
    let most = 0;
    const take = async () => {
      while (stream.stats().inFlight > 0) await turn();
      most = Math.max(most, stream.stats().buffered);
      for (let count = 0; count < 8; count++) await stream.read();
    };
    const grown = await growth(200, take);
    console.log(JSON.stringify({ ...grown, most }));
    await device.close();
  },
};

if (isMainThread) {
  await programs[how]();
} else {
  await everything();
  parentPort.postMessage("open");
  if (how === "worker-exit") setImmediate(() => process.exit());
}
