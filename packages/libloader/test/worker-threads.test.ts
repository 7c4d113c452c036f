import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { Worker } from "node:worker_threads";
import { SharedLibrary } from "@tsusb/libloader";
import { describe, expect, it } from "vitest";

const ADDON = fileURLToPath(new URL("../native/build/Release/tsusb_libloader.node", import.meta.url));

/** Opens a library with the addon itself, since a worker has no loader for TypeScript. */
const OPEN = `
  const { parentPort, workerData } = require("node:worker_threads");
  const addon = require(workerData);
  const library = addon.open("libusb-1.0.so.0");
  parentPort.postMessage(addon.has(library, "libusb_init"));
`;

async function run(script: string): Promise<{ readonly message: unknown; readonly code: unknown }> {
  const worker = new Worker(script, { eval: true, workerData: ADDON });
  const exit = once(worker, "exit");
  const [message] = await once(worker, "message");
  const [code] = await exit;
  return { message, code };
}

describe("the addon in worker threads", () => {
  it("works in several at once, and none takes the library from the others when it ends", async () => {
    const library = new SharedLibrary("libusb-1.0.so.0");
    const results = await Promise.all([1, 2, 3, 4].map(() => run(OPEN)));
    expect(results).toEqual(Array(4).fill({ message: true, code: 0 }));
    expect(library.has("libusb_init")).toBe(true);
    library.close();
  });

  it("ends cleanly when a worker is terminated with a library open", async () => {
    const worker = new Worker(`${OPEN} setInterval(() => {}, 1000);`, { eval: true, workerData: ADDON });
    await once(worker, "message");
    expect(await worker.terminate()).toBe(1);
  });

  it("rejects objects that are no libraries, and wrong arguments", async () => {
    const { message } = await run(`
      const { parentPort, workerData } = require("node:worker_threads");
      const addon = require(workerData);
      const library = addon.open("libusb-1.0.so.0");
      const calls = [
        () => addon.has({}, "x"), () => addon.has(undefined, "x"), () => addon.has(library, 1), () => addon.has(),
        () => addon.path(new Proxy({}, {})), () => addon.close(), () => addon.open(), () => addon.open(5),
      ];
      parentPort.postMessage(calls.map((call) => { try { call(); return "nothing"; } catch (e) { return e.name; } }));
    `);
    expect(message).toEqual(Array(8).fill("TypeError"));
  });
});
