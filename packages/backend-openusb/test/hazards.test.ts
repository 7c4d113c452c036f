import { execFile, execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { constants } from "node:os";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { getBackend, type OpenUsbBackend } from "@tsusb/backend-openusb";
import type { TransferRequest } from "@tsusb/core/backend";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import {
  DESCRIPTOR,
  ENDLESS_INTERFACE,
  LOOPBACK,
  NEVER_ANSWERED,
  open,
  SILENT,
  SOURCE,
  statuses,
  vendor,
} from "./devices.js";
import { TestLibrary } from "./library/client.js";

const run = promisify(execFile);
const library = new TestLibrary();
let backend: OpenUsbBackend;

/** Runs a program of its own, since its end is what is looked at. */
async function program(...args: readonly string[]) {
  const script = fileURLToPath(new URL("hazard.mjs", import.meta.url));
  const { TSUSB_TEST_OPENUSB_SOCKET: _, ...env } = process.env;
  return run(process.execPath, [script, ...args], { timeout: 25_000, env }).then(
    ({ stdout, stderr }) => ({ code: 0, signal: null, stdout, stderr }),
    (error: { code: number; signal: string | null; stdout: string; stderr: string }) => error,
  );
}

beforeEach(async () => {
  backend = await getBackend();
});

afterEach(() => backend.close());

describe("the end of a process or worker with 100 reads in flight", () => {
  it.each([
    ["a worker is terminated", "terminate"],
    ["a worker calls process.exit", "worker-exit"],
    ["ten workers are terminated one after another", "ten"],
    ["two workers work at once and both are terminated", "two"],
    ["twenty workers are terminated in the middle of everything", "storm"],
  ])(
    "is clean when %s, and the device can be used again",
    async (_, how) => {
      expect(await program(how)).toMatchObject({ code: 0, stdout: "usable\n", stderr: "" });
    },
    30_000,
  );

  it("is clean when the process exits", async () => {
    expect(await program("exit")).toMatchObject({ code: 3, signal: null, stderr: "" });
  });

  it("is clean when an exception is not caught", async () => {
    const { code, signal, stderr } = await program("throw");
    expect({ code, signal }).toEqual({ code: 1, signal: null });
    expect(stderr).toContain("nobody catches this");
  });

  it("comes by itself when a device is open and nothing is under way", async () => {
    expect(await program("idle")).toMatchObject({ code: 0, stdout: "usable\n", stderr: "" });
  });
});

describe("memory in flight", () => {
  it("is not the caller's: a buffer detached meanwhile gets nothing and loses nothing", async () => {
    const handle = await open(backend, "zero", LOOPBACK.interfaceNumber);
    const into = new Uint8Array(512);
    const { done } = backend.submit(handle, { type: "bulk", endpoint: LOOPBACK.in, into, timeout: 5000 });
    structuredClone(into, { transfer: [into.buffer] });
    const data = new Uint8Array(64).fill(0x5a);
    const write = backend.submit(handle, { type: "bulk", endpoint: LOOPBACK.out, data, timeout: 5000 });
    data.fill(0);
    structuredClone(data, { transfer: [data.buffer] });
    expect((await write.done).status).toBe("completed");
    expect((await done).data).toEqual(new Uint8Array(64).fill(0x5a));
  });

  it("survives garbage collection of everything that the program holds", async () => {
    expect(await program("gc")).toMatchObject({ code: 0, stdout: "usable\n", stderr: "" });
  });

  it("is not lost for other transfers when the buffer of one refuses what arrived", async () => {
    const handle = await open(backend, "zero", ENDLESS_INTERFACE);
    const hostile = new Uint8Array(512);
    hostile.set = () => {
      throw new Error("no");
    };
    const request = { type: "bulk", endpoint: SOURCE, timeout: 5000 } as const;
    const refused = backend.submit(handle, { ...request, into: hostile });
    const others = Array.from({ length: 20 }, () => backend.submit(handle, { ...request, length: 512 }));
    await expect(refused.done).rejects.toThrow("no");
    expect(await statuses(others)).toEqual(new Set(["completed"]));
  });
});

it("rejects what no transfer of OpenUSB can be, and uses its memory again", async () => {
  const handle = await open(backend, "zero", ENDLESS_INTERFACE);
  const { setup } = DESCRIPTOR;
  const wrong: readonly TransferRequest[] = [
    { type: "bulk", endpoint: SOURCE, length: 2 ** 31, timeout: 1000 },
    { type: "bulk", endpoint: SOURCE, length: 64, timeout: 1.5 },
    { type: "control", endpoint: 0, setup, data: new Uint8Array(100), timeout: 1000 },
    { type: "isochronous", endpoint: SILENT, length: 64, packetLengths: [64, -1], timeout: 1000 },
  ];
  for (const request of wrong)
    await expect(backend.submit(handle, request).done).rejects.toBeInstanceOf(RangeError);
  expect((await backend.submit(handle, DESCRIPTOR).done).status).toBe("completed");
});

it("ends transfers at their time while the JS thread is busy", async () => {
  const handle = await open(backend, "zero", ENDLESS_INTERFACE);
  await backend.submit(handle, { type: "bulk", endpoint: SOURCE, length: 64, timeout: 1000 }).done;
  const before = (await library.look()).aborted;
  const waiting = backend.submit(handle, { type: "bulk", endpoint: SILENT, length: 64, timeout: 50 });
  // This thread does nothing else until another process has seen the library abort the transfer.
  const socket = JSON.stringify(process.env.TSUSB_TEST_OPENUSB_SOCKET);
  execFileSync(process.execPath, [
    "-e",
    `const look = () => require("node:net").connect(${socket}).on("data", (text) => {
       if (JSON.parse(text).aborted <= ${before}) setTimeout(look, 20);
     }).write("look");
     look();`,
  ]);
  expect((await waiting.done).status).toBe("timedOut");
});

it("settles each of 200 transfers of all kinds that are cancelled, timed out and refused at once", async () => {
  const handle = await open(backend, "zero", LOOPBACK.interfaceNumber, ENDLESS_INTERFACE);
  const all = Array.from({ length: 50 }, (_, index) => {
    const endpoint = index % 2 ? SILENT : LOOPBACK.in;
    const read = backend.submit(handle, { type: "bulk", endpoint, length: 64, timeout: 1 + index });
    const cancelled = backend.submit(handle, { type: "bulk", endpoint, length: 64, timeout: 0 });
    const control = backend.submit(handle, vendor(index === 25 ? NEVER_ANSWERED : 0xf7, 20 + index));
    const source = backend.submit(handle, { type: "bulk", endpoint: SOURCE, length: 64, timeout: 5000 });
    cancelled.cancel();
    return [read, cancelled, control, source];
  });
  const ended = await statuses(all.flat());
  expect(ended).toEqual(new Set(["timedOut", "cancelled", "stall", "completed"]));
  await backend.closeDevice(handle);
  expect(await library.look()).toMatchObject({ unreaped: 0, lost: 0 });
});

it.runIf(process.platform === "linux")("has threads of ours that no signal interrupts", async () => {
  const before = new Set(readdirSync("/proc/self/task"));
  const handle = await open(backend, "zero", ENDLESS_INTERFACE);
  await backend.submit(handle, { type: "bulk", endpoint: SOURCE, length: 64, timeout: 1000 }).done;
  const ours = readdirSync("/proc/self/task").filter((task) => !before.has(task));
  expect(ours.length).toBeGreaterThan(1);
  for (const task of ours) {
    const status = readFileSync(`/proc/self/task/${task}/status`, "utf8");
    const blocked = BigInt(`0x${/^SigBlk:\s*(\w+)/m.exec(status)?.[1]}`);
    expect(blocked & (1n << BigInt(constants.signals.SIGCHLD - 1))).not.toBe(0n);
  }
});
