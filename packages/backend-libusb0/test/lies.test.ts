import { fileURLToPath } from "node:url";
import { Worker } from "node:worker_threads";
import { getBackend, type LibUsb0Backend, type LibUsb0Handle } from "@tsusb/backend-libusb0";
import { afterEach, describe, expect, it } from "vitest";
import { buildLibrary } from "./library/build.mjs";

/** Endpoints of the test device, both on interface 2: one that never answers, one that always does. */
const SILENT = 0x85;
const SOURCE = 0x84;

let liar: LibUsb0Backend;

afterEach(() => liar?.close());

async function open(lie: string): Promise<LibUsb0Handle> {
  liar = await getBackend({ libraryPath: buildLibrary("compat", lie).library });
  const [device] = await liar.enumerateDevices();
  if (device === undefined) throw new Error("the test library lists nothing");
  const handle = await liar.openDevice(device);
  await liar.claimInterface(handle, 2);
  return handle;
}

describe.runIf(process.platform === "linux")("a library that lies", () => {
  it("about the length of a transfer gives no byte that is not there", async () => {
    const handle = await open("LONG");
    const request = { type: "bulk", endpoint: SOURCE, timeout: 1000 } as const;
    const { length, data } = await liar.submit(handle, { ...request, length: 100 }).done;
    expect({ length, bytes: data?.length }).toEqual({ length: 100, bytes: 100 });
    const into = new Uint8Array(100);
    expect(await liar.submit(handle, { ...request, into }).done).toMatchObject({ length: 100 });
  });

  it.each([
    ["and whose names end nowhere", "UNNAMED"],
    ["and whose devices do not know their bus, as with another layout", "STRANGE"],
  ])("%s has no devices", async (_, lie) => {
    liar = await getBackend({ libraryPath: buildLibrary("compat", lie).library });
    expect(await liar.enumerateDevices()).toEqual([]);
  });

  it("and whose list is a ring is listed once around, and no more", async () => {
    liar = await getBackend({ libraryPath: buildLibrary("compat", "RING").library });
    expect(await liar.enumerateDevices()).toHaveLength(1);
  });

  it("and never comes back from a read does not keep close from settling it", async () => {
    const handle = await open("STUBBORN");
    const request = { type: "bulk", endpoint: SILENT, length: 512, timeout: 0 } as const;
    const reads = Array.from({ length: 3 }, () => liar.submit(handle, request).done);
    const closed = liar.close();
    expect((await Promise.all(reads)).map(({ status }) => status)).toEqual(Array(3).fill("cancelled"));
    await closed;
  }, 30_000);

  it("and never comes back from a read does not keep a worker from ending", async () => {
    const { library } = buildLibrary("compat", "STUBBORN");
    const script = fileURLToPath(new URL("stubborn.mjs", import.meta.url));
    const worker = new Worker(script, { workerData: library });
    await new Promise((resolve) => worker.once("message", resolve));
    expect(await worker.terminate()).toBe(1);
  }, 30_000);
});
