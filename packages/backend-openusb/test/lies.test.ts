import { getBackend, type OpenUsbBackend } from "@tsusb/backend-openusb";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import {
  DESCRIPTOR,
  ENDLESS_INTERFACE,
  LOOPBACK,
  open,
  REFUSED,
  SOURCE,
  silence,
  statuses,
  vendor,
} from "./devices.js";
import { type Switch, TestLibrary } from "./library/client.js";

const library = new TestLibrary();
const read = { type: "bulk", endpoint: SOURCE, length: 512, timeout: 5000 } as const;
let backend: OpenUsbBackend;

const LIES: readonly Switch[] = ["twice", "length", "thread", "at-once", "never"];
const HANGS: readonly Switch[] = ["hang-in-abort", "hang-in-submit", "hang-in-close", "hang-in-claim"];

beforeEach(async () => {
  backend = await getBackend();
});

afterEach(async () => {
  for (const each of [...LIES, ...HANGS, "refuses-configuration"] as const)
    await library.set(each, 0).catch(() => undefined);
  await backend.close();
});

describe("a library that lies", () => {
  it("and calls back twice ends every transfer once", async () => {
    const handle = await open(backend, "zero", ENDLESS_INTERFACE);
    await library.set("twice", 1);
    for (let count = 0; count < 200; count++)
      expect(await backend.submit(handle, read).done).toMatchObject({ status: "completed", length: 512 });
    expect((await backend.submit(handle, DESCRIPTOR).done).length).toBe(18);
  });

  it("about lengths gives no byte that is not there", async () => {
    const handle = await open(backend, "zero", ENDLESS_INTERFACE);
    await library.set("length", 1);
    const { length, data } = await backend.submit(handle, { ...read, length: 100 }).done;
    expect({ length, bytes: data?.length }).toEqual({ length: 100, bytes: 100 });
    expect((await backend.submit(handle, DESCRIPTOR).done).data).toHaveLength(18);
  });

  it("about the lengths of packets keeps each to its place", async () => {
    const handle = await open(backend, "isochronous", 0);
    await backend.setInterfaceAltsetting(handle, 0, 1);
    await library.set("length", 1);
    const request = { type: "isochronous", endpoint: 0x82, length: 30, timeout: 5000 } as const;
    const { packets } = await backend.submit(handle, { ...request, packetLengths: [10, 20] }).done;
    expect(packets?.map(({ length }) => length)).toEqual([10, 20]);
  });

  it("and calls back on other threads is understood", async () => {
    const handle = await open(backend, "zero", ENDLESS_INTERFACE);
    await library.set("thread", 1);
    const reads = Array.from({ length: 50 }, () => backend.submit(handle, read));
    expect(await statuses(reads)).toEqual(new Set(["completed"]));
  });

  it("and calls back before it has taken the request is understood", async () => {
    const handle = await open(backend, "zero", ENDLESS_INTERFACE);
    await library.set("at-once", 1);
    const reads = Array.from({ length: 50 }, () => backend.submit(handle, read));
    expect(await statuses(reads)).toEqual(new Set(["completed"]));
  });

  it("and never calls back keeps nothing from ending: neither a timeout, nor a cancellation, nor the end", async () => {
    const handle = await open(backend, "zero", ENDLESS_INTERFACE, LOOPBACK.interfaceNumber);
    await library.set("never", 1);
    expect((await backend.submit(handle, { ...read, timeout: 50 }).done).status).toBe("timedOut");
    const cancelled = backend.submit(handle, { ...read, timeout: 0 });
    cancelled.cancel();
    expect((await cancelled.done).status).toBe("cancelled");
    const waiting = silence(backend, handle, 10);
    await backend.closeDevice(handle);
    expect(await statuses(waiting)).toEqual(new Set(["cancelled"]));
  });
});

describe("a library that hangs", () => {
  it("while it aborts keeps no timeout from ending the transfer", async () => {
    const handle = await open(backend, "zero", ENDLESS_INTERFACE);
    await library.set("hang-in-abort", 1);
    const request = { type: "bulk", endpoint: 0x85, length: 64, timeout: 50 } as const;
    expect((await backend.submit(handle, request).done).status).toBe("timedOut");
    await library.set("hang-in-abort", 0);
  });

  it("while it submits keeps neither timeout nor cancellation from ending the transfer", async () => {
    const handle = await open(backend, "zero", ENDLESS_INTERFACE);
    await library.set("hang-in-submit", 1);
    const timedOut = backend.submit(handle, { ...read, timeout: 50 });
    const cancelled = backend.submit(handle, { ...read, timeout: 0 });
    cancelled.cancel();
    expect((await timedOut.done).status).toBe("timedOut");
    expect((await cancelled.done).status).toBe("cancelled");
    await library.set("hang-in-submit", 0);
  });

  it("in a claim has that rejected after a while, and the transfers of the handle go on", async () => {
    const handle = await open(backend, "zero", ENDLESS_INTERFACE);
    await library.set("hang-in-claim", 1);
    await expect(backend.claimInterface(handle, 0)).rejects.toMatchObject({ code: "ETIMEDOUT" });
    expect((await backend.submit(handle, read).done).status).toBe("completed");
    await library.set("hang-in-claim", 0);
  });

  it("in a claim gives everything back as soon as it returns, although the device was closed before", async () => {
    const handle = await open(backend, "zero", ENDLESS_INTERFACE);
    await library.set("hang-in-claim", 1);
    await expect(backend.claimInterface(handle, 0)).rejects.toMatchObject({ code: "ETIMEDOUT" });
    await backend.closeDevice(handle);
    await library.set("hang-in-claim", 0);
    const other = await open(backend, "zero");
    const claim = () =>
      backend.claimInterface(other, ENDLESS_INTERFACE).then(
        () => "claimed",
        ({ code }) => code,
      );
    await expect.poll(claim, { timeout: 5000 }).toBe("claimed");
  });

  it("in an open because the device refuses to tell its configuration has that rejected after a while", async () => {
    await library.set("refuses-configuration", 1);
    await expect(open(backend, "zero")).rejects.toMatchObject({ code: "ETIMEDOUT" });
    await library.set("refuses-configuration", 0);
    const handle = await open(backend, "zero");
    expect((await backend.submit(handle, vendor(REFUSED, 1000)).done).status).toBe("stall");
  });

  it("when a device is closed does not keep the backend from being closed", async () => {
    const handle = await open(backend, "zero", ENDLESS_INTERFACE);
    await library.set("hang-in-close", 1);
    await backend.closeDevice(handle);
    await backend.close();
  });
});
