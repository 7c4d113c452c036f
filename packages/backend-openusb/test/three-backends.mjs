// node three-backends.mjs: uses libusb 1.0, libusb 0.1 and OpenUSB at once, in the main thread and in two workers, and prints
// what each of the nine moved. Run by three-backends.bus.test.ts.
import { once } from "node:events";
import { isMainThread, parentPort, Worker, workerData } from "node:worker_threads";

const PACKAGES = ["libusb1", "libusb0", "openusb"];
/** `idProduct` of the played device, and of one of the test library's: gadget zeros both, with the same endpoints. */
const PRODUCT = 0x0001;

/**
 * Where data is moved besides: an interface has one holder at a time, whichever library it comes through. OpenUSB's zero
 * has the descriptors of the played one, so that it is taken for that, and what others hold of it is not to be had.
 */
const PLACES = {
  "main libusb1": { interfaceNumber: 0, alternateSetting: 0, in: 0x81, out: 0x01, type: "bulk" },
  "main openusb": {
    product: 3,
    interfaceNumber: 0,
    alternateSetting: 1,
    in: 0x82,
    out: 0x02,
    type: "isochronous",
  },
  "worker 1 libusb0": { interfaceNumber: 1, alternateSetting: 1, in: 0x83, out: 0x03, type: "interrupt" },
  "worker 2 openusb": { interfaceNumber: 2, alternateSetting: 0, in: 0x84, type: "bulk" },
};

async function useOne(thread, name, barrier) {
  const { getBackend } = await import(new URL(`../../backend-${name}/dist/index.js`, import.meta.url).href);
  const backend = await getBackend();
  const devices = await backend.enumerateDevices();
  const place = PLACES[`${thread} ${name}`];
  const product = place?.product ?? PRODUCT;
  const device = devices.find(({ idVendor, idProduct }) => idVendor === 0x1209 && idProduct === product);
  const handle = await backend.openDevice(device);
  if (place !== undefined) {
    await backend.claimInterface(handle, place.interfaceNumber);
    await backend.setInterfaceAltsetting(handle, place.interfaceNumber, place.alternateSetting);
  }
  // From here on all nine are at it at once.
  await barrier();
  let requests = 0;
  let bytes = 0;
  for (let round = 0; round < 50; round++) {
    const setup = { bmRequestType: 0x80, bRequest: 6, wValue: 0x0100, wIndex: 0, wLength: 18 };
    const request = { type: "control", endpoint: 0, setup, length: 18, timeout: 10_000 };
    if ((await backend.submit(handle, request).done).length === 18) requests++;
    if (place !== undefined) bytes += await move(backend, handle, place, round);
  }
  await backend.closeDevice(handle);
  await backend.close();
  return `${thread} ${name}: ${requests} requests, ${bytes} bytes`;
}

async function move(backend, handle, { type, ...place }, round) {
  const timeout = 10_000;
  const packets = (length) => (type === "isochronous" ? { packetLengths: [length] } : {});
  const data = new Uint8Array(40).fill(round);
  const write = { type, endpoint: place.out, data, timeout, ...packets(40) };
  if (place.out !== undefined) await backend.submit(handle, write).done;
  const read = { type, endpoint: place.in, length: 64, timeout, ...packets(64) };
  const { length, data: back } = await backend.submit(handle, read).done;
  const isSame = place.out === undefined || back.subarray(0, length).every((byte) => byte === round);
  if (!isSame) throw new Error("other bytes came back");
  return length;
}

/** Counts up in memory that all threads share, and waits until all nine have. */
function barrierIn(shared) {
  const arrived = new Int32Array(shared);
  return async () => {
    Atomics.add(arrived, 0, 1);
    while (Atomics.load(arrived, 0) < 9) await new Promise((resolve) => setTimeout(resolve, 5));
  };
}

const useAll = (thread, shared) => {
  const barrier = barrierIn(shared);
  return Promise.all(PACKAGES.map((name) => useOne(thread, name, barrier)));
};

if (isMainThread) {
  const shared = new SharedArrayBuffer(4);
  const inWorkers = [1, 2].map(async (number) => {
    const worker = new Worker(new URL(import.meta.url), {
      workerData: { thread: `worker ${number}`, shared },
    });
    const [lines] = await once(worker, "message");
    return lines;
  });
  const lines = await Promise.all([useAll("main", shared), ...inWorkers]);
  console.log(lines.flat().join("\n"));
} else {
  parentPort.postMessage(await useAll(workerData.thread, workerData.shared));
}
