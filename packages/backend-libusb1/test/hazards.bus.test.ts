import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { getBackend, type LibUsb1Backend, type LibUsb1Handle } from "@tsusb/backend-libusb1";
import type { BackendDeviceEvent, Submission, TransferRequest } from "@tsusb/core/backend";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { BusClient } from "../../../testbed/bus/client.js";
import { buildForwardingLibrary } from "./forwarding/build.mjs";

const run = promisify(execFile);

/** Endpoints of the played device: one that never answers, one that always does. */
const SILENT = 0x85;
const SOURCE = 0x84;
/** The interface that has both. */
const INTERFACE = 2;

const silence = {
  type: "bulk",
  endpoint: SILENT,
  length: 512,
  timeout: 0,
} as const satisfies TransferRequest;

let backend: LibUsb1Backend;
let bus: BusClient;

async function zero(from: LibUsb1Backend) {
  const device = (await from.enumerateDevices()).find(({ product }) => product === "Played Device");
  if (device === undefined) throw new Error("the played device is not on the bus; run this by `npm run bus`");
  return device;
}

async function open(from: LibUsb1Backend): Promise<LibUsb1Handle> {
  const handle = await from.openDevice(await zero(from));
  await from.claimInterface(handle, INTERFACE);
  return handle;
}

const pending = (from: LibUsb1Backend, handle: LibUsb1Handle, count: number): readonly Submission[] =>
  Array.from({ length: count }, () => from.submit(handle, silence));

const statuses = async (submissions: readonly Submission[]) =>
  new Set((await Promise.all(submissions.map(({ done }) => done))).map(({ status }) => status));

/** Runs a program of its own, since its end is what is looked at. */
async function program(...args: readonly string[]) {
  const script = fileURLToPath(new URL("hazard.mjs", import.meta.url));
  return run(process.execPath, [script, ...args], { timeout: 15_000 }).then(
    ({ stdout, stderr }) => ({ code: 0, signal: null, stdout, stderr }),
    (error: { code: number; signal: string | null; stdout: string; stderr: string }) => error,
  );
}

beforeEach(async () => {
  backend = await getBackend();
  bus = await BusClient.connect();
});

afterEach(async () => {
  await backend.close();
  bus.close();
});

describe("the end of a process or worker with 100 reads in flight", () => {
  it.each([
    ["a worker is terminated", "terminate"],
    ["a worker calls process.exit", "worker-exit"],
    ["ten workers are terminated one after another", "ten"],
    ["two workers work at once and both are terminated", "two"],
  ])("is clean when %s, and the device can be used again", async (_, how) => {
    expect(await program(how)).toMatchObject({ code: 0, stdout: "usable\n", stderr: "" });
    expect((await bus.inspect("zero")).pendingUrbs).toBe(0);
  });

  it("is clean when the process exits", async () => {
    expect(await program("exit")).toMatchObject({ code: 3, signal: null, stderr: "" });
  });

  it("is clean when an exception is not caught", async () => {
    const { code, signal, stderr } = await program("throw");
    expect({ code, signal }).toEqual({ code: 1, signal: null });
    expect(stderr).toContain("nobody catches this");
  });
});

describe("memory in flight", () => {
  it("is not the caller's: a buffer detached meanwhile gets nothing and loses nothing", async () => {
    const handle = await open(backend);
    await bus.fault("zero", { endpoint: SOURCE, do: "delay", us: 20_000 });
    const into = new Uint8Array(4096);
    const { done } = backend.submit(handle, { type: "bulk", endpoint: SOURCE, into, timeout: 1000 });
    structuredClone(into, { transfer: [into.buffer] });
    const { status, length, data } = await done;
    expect({ status, length, bytes: data?.length }).toEqual({
      status: "completed",
      length: 4096,
      bytes: 4096,
    });
  });

  it("of an OUT transfer may be changed and detached at once", async () => {
    const handle = await open(backend);
    await bus.fault("zero", { endpoint: 0x04, do: "delay", us: 20_000 });
    const data = new Uint8Array(64).fill(0x5a);
    const { done } = backend.submit(handle, { type: "bulk", endpoint: 0x04, data, timeout: 1000 });
    data.fill(0);
    structuredClone(data, { transfer: [data.buffer] });
    expect(await done).toMatchObject({ status: "completed", length: 64 });
    const sink = (await bus.inspect("zero")).endpoints.find(({ endpoint }) => endpoint === 0x04);
    expect(sink?.last).toBe("5a".repeat(64));
  });

  it("survives garbage collection of everything that the program holds", async () => {
    expect(await program("gc")).toMatchObject({ code: 0, stdout: "usable\n", stderr: "" });
  });

  it("comes back from results as arrays that can be transferred away", async () => {
    const handle = await open(backend);
    const request = { type: "bulk", endpoint: SOURCE, length: 512, timeout: 1000 } as const;
    const first = (await backend.submit(handle, request).done).data as Uint8Array<ArrayBuffer>;
    structuredClone(first, { transfer: [first.buffer] });
    expect((await backend.submit(handle, request).done).data).toHaveLength(512);
  });
});

describe("a device that is unplugged", () => {
  afterEach(() => bus.replug("zero"));

  it("settles 100 reads in flight as noDevice, and is told to a watch, before the list shows it", async () => {
    const events: BackendDeviceEvent[] = [];
    let told: () => void = () => undefined;
    const gone = new Promise<void>((resolve) => {
      told = resolve;
    });
    const watch = await backend.watch((event) => {
      events.push(event);
      told();
    });
    const device = await zero(backend);
    const handle = await open(backend);
    const reads = pending(backend, handle, 100);
    await bus.unplug("zero");
    expect(await statuses(reads)).toEqual(new Set(["noDevice"]));
    await gone;
    expect(events).toEqual([{ type: "unplug", device }]);
    await expect(backend.openDevice(device)).rejects.toMatchObject({ code: "ENODEV" });
    await expect(backend.submit(handle, silence).done).rejects.toMatchObject({ code: "ENODEV" });
    // libusb 1.0.26 aborts the process in libusb_close after this, if it is not kept from it.
    await expect(backend.setInterfaceAltsetting(handle, INTERFACE, 0)).rejects.toMatchObject({
      code: "ENODEV",
    });
    await backend.closeDevice(handle);
    await watch.close();
  });
});

describe("a library that lies", () => {
  it("and never gives a cancelled transfer back does not keep close from settling it", async () => {
    const libraryPath = buildForwardingLibrary("1.0.26", {
      name: "never-cancels",
      overrides: "int libusb_cancel_transfer(void *transfer) { (void)transfer; return 0; }",
    });
    const liar = await getBackend({ libraryPath });
    const handle = await open(liar);
    const reads = pending(liar, handle, 3);
    const closed = liar.close();
    expect(await statuses(reads)).toEqual(new Set(["cancelled"]));
    await closed;
  }, 30_000);

  it("about the length of a transfer gives no byte that is not there", async () => {
    const libraryPath = buildForwardingLibrary("1.0.26", {
      name: "long",
      overrides: `
struct transfer { void *handle; unsigned char flags, endpoint, type; unsigned timeout; int status, length, actual;
                  void (*callback)(struct transfer *); };
static void (*theirs)(struct transfer *);
static void lie(struct transfer *t) { t->actual = 1 << 30; theirs(t); }
int libusb_submit_transfer(struct transfer *t) {
  theirs = t->callback;
  t->callback = lie;
  return ((int (*)(struct transfer *))find("libusb_submit_transfer"))(t);
}`,
    });
    const liar = await getBackend({ libraryPath });
    const handle = await open(liar);
    const request = { type: "bulk", endpoint: SOURCE, timeout: 1000 } as const;
    const { length, data } = await liar.submit(handle, { ...request, length: 100 }).done;
    expect({ length, bytes: data?.length }).toEqual({ length: 100, bytes: 100 });
    expect(await liar.submit(handle, { ...request, into: new Uint8Array(100) }).done).toMatchObject({
      length: 100,
    });
    await liar.close();
  });
});

it("rebuilds every configuration from libusb's structs, byte for byte", async () => {
  for (const device of await backend.enumerateDevices()) {
    for (const [index, raw] of (device.configurations ?? []).entries()) {
      expect(await backend.rebuildConfiguration(device, index)).toEqual(raw);
    }
  }
  const device = await zero(backend);
  expect(device.configurations).toHaveLength(2);
  await expect(backend.rebuildConfiguration(device, 2)).rejects.toMatchObject({ code: "ENOENT" });
  await expect(backend.getConfigurationDescriptor(device, 2)).rejects.toMatchObject({ code: "ENOENT" });
});
