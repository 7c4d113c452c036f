import { execFile } from "node:child_process";
import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import { constants } from "node:os";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { getBackend, type LibUsb0Backend, type LibUsb0Handle } from "@tsusb/backend-libusb0";
import type { Submission, TransferRequest } from "@tsusb/core/backend";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { BusClient } from "../../../testbed/bus/client.js";

const run = promisify(execFile);

/** Endpoints of the played device: one that never answers, one that always does. */
const SILENT = 0x85;
const SOURCE = 0x84;
/** On interface 0: has nothing to give until somebody writes to 0x01. */
const LOOPBACK = 0x81;
/** The interface that has both. */
const INTERFACE = 2;

const silence = {
  type: "bulk",
  endpoint: SILENT,
  length: 512,
  timeout: 0,
} as const satisfies TransferRequest;

let backend: LibUsb0Backend;
let bus: BusClient;

async function zero(from: LibUsb0Backend) {
  const device = (await from.enumerateDevices()).find(({ product }) => product === "Played Device");
  if (device === undefined) throw new Error("the played device is not on the bus; run this by `npm run bus`");
  return device;
}

async function open(from: LibUsb0Backend): Promise<LibUsb0Handle> {
  const handle = await from.openDevice(await zero(from));
  await from.claimInterface(handle, INTERFACE);
  return handle;
}

const pending = (from: LibUsb0Backend, handle: LibUsb0Handle, count: number): Submission[] =>
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

  it("settles 100 reads in flight as noDevice, on endpoints whose calls wait side by side", async () => {
    const device = await zero(backend);
    const handle = await open(backend);
    await backend.claimInterface(handle, 0);
    const reads = pending(backend, handle, 50);
    for (let count = 0; count < 50; count++)
      reads.push(backend.submit(handle, { ...silence, endpoint: LOOPBACK }));
    await bus.unplug("zero");
    expect(await statuses(reads)).toEqual(new Set(["noDevice"]));
    await expect(backend.openDevice(device)).rejects.toMatchObject({ code: "ENODEV" });
    await expect(backend.submit(handle, silence).done).rejects.toMatchObject({ code: "ENODEV" });
    await expect(backend.setInterfaceAltsetting(handle, INTERFACE, 0)).rejects.toMatchObject({
      code: "ENODEV",
    });
    await backend.closeDevice(handle);
  });

  it("survives it again and again in the middle of reads and writes", async () => {
    for (let round = 0; round < 20; round++) {
      if (round > 0) await bus.replug("zero");
      const handle = await open(backend);
      await backend.claimInterface(handle, 0);
      const source = { type: "bulk", endpoint: SOURCE, length: 512, timeout: 1000 } as const;
      const busy = [SILENT, LOOPBACK].flatMap((endpoint) => [
        backend.submit(handle, { ...silence, endpoint }),
        backend.submit(handle, source),
      ]);
      await bus.unplug("zero");
      await Promise.all(busy.map(({ done }) => done));
      await backend.closeDevice(handle);
    }
  });
});

describe("a timeout", () => {
  it("takes nothing from other transfers of the same handle, in a hundred rounds", async () => {
    // libusb 0.1.12 itself loses one of them within a few rounds, and then waits for ever.
    const handle = await open(backend);
    await backend.claimInterface(handle, 0);
    const waiting = backend.submit(handle, { ...silence, endpoint: LOOPBACK });
    for (let round = 0; round < 100; round++) {
      const { status } = await backend.submit(handle, { ...silence, timeout: 5 }).done;
      expect(status).toBe("timedOut");
    }
    const data = new Uint8Array(9).fill(7);
    await backend.submit(handle, { type: "bulk", endpoint: 0x01, data, timeout: 1000 }).done;
    expect(await waiting.done).toMatchObject({ status: "completed", length: 9 });
  });

  it("keeps what had come, of a transfer in several parts", async () => {
    const handle = await open(backend);
    await bus.fault("zero", { endpoint: SOURCE, do: "partial", bytes: 1024, after: 1 });
    const request = { type: "bulk", endpoint: SOURCE, length: 65_536, timeout: 60 } as const;
    const { status, length, data } = await backend.submit(handle, request).done;
    // The library cuts a transfer into parts of 16 KiB: the first one came whole.
    expect({ status, length, bytes: data?.length }).toEqual({
      status: "timedOut",
      length: 17_408,
      bytes: 17_408,
    });
  });

  it("passes in the queue too, behind a read that waits for ever", async () => {
    const handle = await open(backend);
    const endless = backend.submit(handle, silence);
    const { status } = await backend.submit(handle, { ...silence, timeout: 30 }).done;
    expect(status).toBe("timedOut");
    endless.cancel();
    expect((await endless.done).status).toBe("cancelled");
  });

  it("selects the alternate setting again where one is selected, and moves data on", async () => {
    const handle = await open(backend);
    await backend.claimInterface(handle, 1);
    await backend.setInterfaceAltsetting(handle, 1, 1);
    const read = { type: "interrupt", endpoint: 0x83, length: 64, timeout: 20 } as const;
    expect((await backend.submit(handle, read).done).status).toBe("timedOut");
    const setup = { bmRequestType: 0x81, bRequest: 10, wValue: 0, wIndex: 1, wLength: 1 };
    const { data } = await backend.submit(handle, { type: "control", endpoint: 0, setup, timeout: 1000 })
      .done;
    expect(data?.[0]).toBe(1);
    const write = { type: "interrupt", endpoint: 0x03, data: new Uint8Array(5), timeout: 1000 } as const;
    await backend.submit(handle, write).done;
    expect(await backend.submit(handle, { ...read, timeout: 1000 }).done).toMatchObject({ length: 5 });
  });

  it("does not fall short of a device that answers at just that moment", async () => {
    // What comes up to a millisecond late makes libusb 0.1.12 itself wait for ever.
    const handle = await open(backend);
    for (let round = 0; round < 60; round++) {
      await bus.fault("zero", { endpoint: SOURCE, do: "delay", us: 4500 + 25 * round });
      const request = { type: "bulk", endpoint: SOURCE, length: 512, timeout: 5 } as const;
      const { status, length } = await backend.submit(handle, request).done;
      expect([
        ["completed", 512],
        ["timedOut", 0],
      ]).toContainEqual([status, length]);
    }
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
    expect(stdout).not.toMatch(/\/dev\/bus\/usb/);
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
