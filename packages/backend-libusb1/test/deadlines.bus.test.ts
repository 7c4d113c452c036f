import { type Device, find, type IBackend, USBError } from "@tsusb/core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { BusClient } from "../../../testbed/bus/client.js";
import { getBackend } from "../src/index.js";

/** Endpoints of the played device that never answer by themselves. */
const [SILENT, SILENT_INTERRUPT] = [0x85, 0x86];
const SOURCE = 0x84;

let bus: BusClient;
let backend: IBackend;
let device: Device;

beforeAll(async () => {
  bus = await BusClient.connect();
  backend = await getBackend();
});

beforeEach(async () => {
  const found = await find({ idVendor: 0x1209, idProduct: 0x0001, backend });
  if (found === undefined) throw new Error("the bus does not have the played device");
  device = await found.open();
});

afterEach(() => device.close());

afterAll(async () => {
  await backend.close();
  await bus.close();
});

/** How long a read lasted that must end by its timeout. */
async function lasted(read: Promise<unknown>): Promise<number> {
  const begin = performance.now();
  await expect(read).rejects.toMatchObject({ code: "ETIMEDOUT", backendErrorCode: -7, transferred: 0 });
  return performance.now() - begin;
}

describe("a timeout", () => {
  it("ends each of 200 reads after its own time", async () => {
    // Neither in the order of submission nor in that of the endpoint's queue.
    const timeouts = Array.from({ length: 200 }, (_, at) => 20 + ((at * 73) % 200));
    const times = await Promise.all(timeouts.map((timeout) => lasted(device.read(SILENT, 512, timeout))));
    times.forEach((time, at) => {
      const timeout = timeouts[at] as number;
      expect(time).toBeGreaterThanOrEqual(timeout - 1);
      expect(time).toBeLessThan(timeout + 500);
    });
  });

  it("ends a read in time that is asked for while a longer one is waited for", async () => {
    const longer = device.read(SILENT, 512, 60_000);
    longer.catch(() => undefined);
    expect(await lasted(device.read(SILENT_INTERRUPT, 8, 30))).toBeLessThan(1000);
    await device.close();
    await expect(longer).rejects.toMatchObject({ code: "EINTR" });
  });

  it("does not end a read that has none", async () => {
    let isPending = true;
    const read = device.read(SILENT, 512, 0);
    read.catch(() => undefined).finally(() => (isPending = false));
    await lasted(device.read(SILENT_INTERRUPT, 8, 50));
    expect(isPending).toBe(true);
    await bus.send("zero", SILENT, Uint8Array.of(1, 2, 3));
    expect([...(await read)]).toEqual([1, 2, 3]);
  });

  it("of a transfer that has ended is nothing to the next one in the same memory", async () => {
    for (let round = 0; round < 20; round++) {
      expect(await device.read(SOURCE, 512, 5)).toHaveLength(512);
      const read = device.read(SILENT, 512, 0);
      read.catch(() => undefined);
      await lasted(device.read(SILENT_INTERRUPT, 8, 10));
      await bus.send("zero", SILENT, Uint8Array.of(round));
      expect([...(await read)]).toEqual([round]);
    }
  });

  it("that is one millisecond long still ends the transfer", async () => {
    const reads = Array.from({ length: 300 }, () => device.read(SILENT, 512, 1));
    const errors = await Promise.all(reads.map((read) => read.catch((error: unknown) => error)));
    expect(errors.every((error) => USBError.is(error) && error.code === "ETIMEDOUT")).toBe(true);
  });

  it("keeps the bytes that had come", async () => {
    await bus.fault("zero", { endpoint: SOURCE, do: "partial", bytes: 100 });
    expect(await device.read(SOURCE, 1024, 50)).toHaveLength(100);
  });

  it("leaves an abort what it is, however near they are", async () => {
    for (let round = 0; round < 20; round++) {
      const read = device.read(SILENT, 512, { timeout: 20, signal: AbortSignal.timeout(20) });
      const error = await read.catch((reason: unknown) => reason);
      expect(["ETIMEDOUT", "ABORT_ERR"]).toContain((error as USBError).code);
    }
  });
});
