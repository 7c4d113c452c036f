import { execFile } from "node:child_process";
import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import { constants } from "node:os";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { getBackend, type LibUsb1Backend, type LibUsb1Handle } from "@tsusb/backend-libusb1";
import type { BackendDeviceEvent, Submission, TransferRequest } from "@tsusb/core/backend";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { BusClient } from "../../../testbed/bus/client.js";

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
    ["thirty workers are terminated in the middle of everything", "storm"],
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

  it("is not lost for other transfers when the buffer of one refuses what arrived", async () => {
    const handle = await open(backend);
    const hostile = new Uint8Array(512);
    hostile.set = () => {
      throw new Error("no");
    };
    const request = { type: "bulk", endpoint: SOURCE, timeout: 1000 } as const;
    const refused = backend.submit(handle, { ...request, into: hostile });
    const others = Array.from({ length: 20 }, () => backend.submit(handle, { ...request, length: 512 }));
    await expect(refused.done).rejects.toThrow("no");
    expect(await statuses(others)).toEqual(new Set(["completed"]));
    await backend.closeDevice(handle);
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

it("rejects what no transfer of libusb can be, and uses its memory again", async () => {
  const handle = await open(backend);
  const setup = { bmRequestType: 0x80, bRequest: 6, wValue: 0x0100, wIndex: 0, wLength: 18 };
  const wrong: readonly TransferRequest[] = [
    { type: "bulk", endpoint: SOURCE, length: 2 ** 31, timeout: 1000 },
    { type: "bulk", endpoint: SOURCE, length: 64, timeout: 1.5 },
    { type: "control", endpoint: 0, setup, data: new Uint8Array(100), timeout: 1000 },
    { type: "isochronous", endpoint: 0x86, length: 64, packetLengths: [64, -1], timeout: 1000 },
  ];
  for (const request of wrong)
    await expect(backend.submit(handle, request).done).rejects.toBeInstanceOf(RangeError);
  const { status } = await backend.submit(handle, { type: "control", endpoint: 0, setup, timeout: 1000 })
    .done;
  expect(status).toBe("completed");
});

describe.runIf(process.platform === "linux")("an open device", () => {
  it("leaves nothing of it to programs that are started", async () => {
    await open(backend);
    const { stdout } = await run("readlink", ["-v", "/proc/self/fd/3", ...fds(4, 64)]).catch(
      (error: { stdout: string }) => error,
    );
    expect(stdout).not.toMatch(/\/dev\/bus\/usb|eventfd|timerfd/);
    expect(readdirSync("/proc/self/fd").map(target)).toContainEqual(expect.stringMatching(/\/dev\/bus\/usb/));
  });

  it("has threads that no signal interrupts", async () => {
    const before = new Set(readdirSync("/proc/self/task"));
    await open(backend);
    const ours = readdirSync("/proc/self/task").filter((task) => !before.has(task));
    expect(ours.length).toBeGreaterThan(0);
    for (const task of ours) {
      const status = readFileSync(`/proc/self/task/${task}/status`, "utf8");
      const blocked = BigInt(`0x${/^SigBlk:\s*(\w+)/m.exec(status)?.[1]}`);
      expect(blocked & (1n << BigInt(constants.signals.SIGCHLD - 1))).not.toBe(0n);
    }
  });
});

const fds = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, at) => `/proc/self/fd/${from + at}`);

function target(fd: string): string {
  try {
    return readlinkSync(`/proc/self/fd/${fd}`);
  } catch {
    return ""; // the one that listed the directory
  }
}
