import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";

/** What addon.cc exports. */
interface KitAddon {
  read(
    integer: unknown,
    boolean: unknown,
    text: unknown,
    callback: unknown,
    bytes: unknown,
  ): readonly [number, boolean, string, number];
  fail(): void;
  keep(text: string): number;
  find(id: number): string | undefined;
  remove(id: number): void;
  takeBlock(size: number): readonly [id: number, address: number];
  dropBlock(id: number): void;
  openQueue(dispatcher: (count: number) => void): Int32Array;
  closeQueue(closed: () => void): void;
  push(count: number): void;
  call(id: number, status: number): void;
  openGate(): void;
  stopThread(milliseconds: number, last: number): boolean;
  newThread(): void;
}

const folder = mkdtempSync(path.join(tmpdir(), "tsusb-kit-"));
const file = path.join(folder, "kit.node");
let kit: KitAddon;

beforeAll(() => {
  const script = fileURLToPath(new URL("build.mjs", import.meta.url));
  const { status, stderr } = spawnSync(process.execPath, [script, folder], { encoding: "utf8" });
  if (status !== 0) throw new Error(`build.mjs: ${stderr}`);
  kit = createRequire(import.meta.url)(file) as KitAddon;
}, 120_000);

afterAll(() => rmSync(folder, { recursive: true }));

/** Runs a program that has `kit`, and whose end is what is looked at. */
function program(source: string, env: Readonly<Record<string, string>> = {}) {
  const { status, signal, stdout, stderr } = spawnSync(
    process.execPath,
    ["-e", `const kit = require(${JSON.stringify(file)});\n${source}`],
    { encoding: "utf8", timeout: 15_000, env: { ...process.env, ...env } },
  );
  return { status, signal, stdout, stderr };
}

describe("arguments", () => {
  const bytes = new Uint8Array(3);
  const nothing = () => undefined;

  it("are read in order", () => {
    expect(kit.read(-1, true, "ä", nothing, bytes)).toEqual([-1, true, "ä", 3]);
  });

  it("have no bytes once they are detached", () => {
    const gone = new Uint8Array(3);
    structuredClone(gone, { transfer: [gone.buffer] });
    expect(kit.read(0, true, "", nothing, gone)[3]).toBe(0);
  });

  it.each([
    [
      [256, true, "", nothing, bytes],
      RangeError,
      "integer must be a whole number from -1 to 255, and is 256",
    ],
    [[0.5, true, "", nothing, bytes], RangeError, "integer must be a whole number"],
    [[Number.NaN, true, "", nothing, bytes], RangeError, "and is NaN"],
    [["1", true, "", nothing, bytes], TypeError, "integer must be a number, and is 1"],
    [[1n, true, "", nothing, bytes], TypeError, "integer must be a number"],
    [[0, 1, "", nothing, bytes], TypeError, "boolean must be a boolean, and is 1"],
    [[0, true, Symbol("x"), nothing, bytes], TypeError, "text must be a string, and is a symbol"],
    [[0, true, "", {}, bytes], TypeError, "callback must be a function, and is an object"],
    [[0, true, "", nothing, new Uint16Array(1)], TypeError, "bytes must be a Uint8Array"],
    [[], TypeError, "integer must be a number, and is undefined"],
    [["x".repeat(100), true, "", nothing, bytes], TypeError, `and is ${"x".repeat(60)}...`],
  ])("that do not fit are named: %#", (values, errorClass, message) => {
    const call = () => kit.read(...(values as Parameters<KitAddon["read"]>));
    expect(call).toThrow(errorClass);
    expect(call).toThrow(message);
  });
});

it("turns any C++ exception into one of JS", () => {
  expect(() => kit.fail()).toThrow("out of something");
});

it("finds nothing under a number that was given up, and does not use it again", () => {
  const first = kit.keep("first");
  expect(kit.find(first)).toBe("first");
  kit.remove(first);
  expect(kit.find(first)).toBeUndefined();
  expect(kit.keep("second")).not.toBe(first);
  expect(kit.find(0)).toBeUndefined();
});

describe.runIf(process.platform === "linux")("memory of transfers", () => {
  const KiB = 1024;
  const PAGE = 2048 * KiB;
  const SIZES = [32 * KiB, 33 * KiB, 64 * KiB, 100 * KiB, 512 * KiB, PAGE / 2, PAGE / 2 + 1, 5 * PAGE];

  it("never overlaps", () => {
    const blocks = SIZES.flatMap((size) =>
      Array.from({ length: 40 }, () => {
        const [id, address] = kit.takeBlock(size);
        return { id, address, size };
      }),
    ).sort((a, b) => a.address - b.address);
    blocks.forEach(({ address, size }, at) => {
      expect(address + size).toBeLessThanOrEqual(blocks[at + 1]?.address ?? Number.POSITIVE_INFINITY);
    });
    for (const { id } of blocks) kit.dropBlock(id);
  });

  it("of one size shares a page of 2 MiB, to the last block", () => {
    const blocks = Array.from({ length: PAGE / (64 * KiB) }, () => kit.takeBlock(64 * KiB));
    const pages = new Set(blocks.map(([, address]) => Math.floor(address / PAGE)));
    expect(pages.size).toBe(1);
    for (const [id] of blocks) kit.dropBlock(id);
  });

  it("that is large begins with a page of 2 MiB", () => {
    const [id, address] = kit.takeBlock(3 * PAGE);
    expect(address % PAGE).toBe(0);
    kit.dropBlock(id);
  });

  it("is used again as soon as it is given back, while others of its page are in use", () => {
    const [kept] = kit.takeBlock(256 * KiB);
    const [id, address] = kit.takeBlock(256 * KiB);
    kit.dropBlock(id);
    const [again, sameAddress] = kit.takeBlock(256 * KiB);
    expect(sameAddress).toBe(address);
    kit.dropBlock(again);
    kit.dropBlock(kept);
  });

  it("goes back to the system when nothing of it is in use", () => {
    const mapped = () => readFileSync("/proc/self/maps", "utf8");
    for (const size of SIZES.slice(4)) {
      const blocks = Array.from({ length: 20 }, () => kit.takeBlock(size));
      const starts = blocks.map(([, address]) => Math.floor(address / PAGE) * PAGE);
      for (const [id] of blocks) kit.dropBlock(id);
      const left = mapped();
      for (const start of starts) expect(left).not.toContain(`\n${start.toString(16)}-`);
    }
  });
});

describe("completions", () => {
  let calls: number[];
  let seen: (readonly number[])[];
  let arrived: () => void;
  const count = (total: number) =>
    new Promise<void>((resolve) => {
      arrived = () => seen.length >= total && resolve();
      arrived();
    });

  beforeEach(() => {
    calls = [];
    seen = [];
    arrived = () => undefined;
    kit.newThread();
    const triples = kit.openQueue((length) => {
      calls.push(length);
      for (let at = 0; at < length * 3; at += 3) seen.push([...triples.subarray(at, at + 3)]);
      arrived();
    });
    return () => new Promise<void>((resolve) => kit.closeQueue(resolve));
  });

  it("come in order, all of one wake in as few calls as fit", async () => {
    kit.push(600);
    await count(600);
    expect(calls).toEqual([256, 256, 88]);
    expect(seen).toEqual(Array.from({ length: 600 }, (_, at) => [at + 1, 0, (at + 1) * 2]));
  });

  it("of blocking calls come in the order of the calls", async () => {
    kit.call(1, 5);
    kit.call(2, -3);
    kit.openGate();
    await count(2);
    expect(seen).toEqual([
      [1, 5, 0],
      [2, -3, 0],
    ]);
  });

  it("come at once for calls of a thread that has been stopped", async () => {
    expect(kit.stopThread(1000, 0)).toBe(true);
    kit.call(1, 5);
    await count(1);
    expect(seen).toEqual([[1, -77, 0]]);
  });

  it("come from the last job of a thread, also if it is the first", async () => {
    expect(kit.stopThread(1000, 9)).toBe(true);
    expect(kit.stopThread(1000, 0)).toBe(true);
    await count(1);
    expect(seen).toEqual([[9, 0, 0]]);
  });
});

describe("the process", () => {
  it("lives as long as an operation is pending, and no longer", () => {
    const source = `kit.openQueue(() => console.log("done"));
      kit.call(1, 0); setTimeout(() => kit.openGate(), 50).unref(); process.on("exit", () => console.log("end"));`;
    expect(program(source)).toEqual({ status: 0, signal: null, stdout: "done\nend\n", stderr: "" });
  });

  it("hears of what the dispatcher throws, and goes on with the rest", () => {
    const source = `process.on("uncaughtException", (error) => console.log(error.message));
      let calls = 0; kit.openQueue((count) => { if (++calls === 1) throw new Error("thrown"); console.log(count); });
      kit.push(300);`;
    expect(program(source)).toEqual({ status: 0, signal: null, stdout: "thrown\n44\n", stderr: "" });
  });

  it("survives a queue that is closed by its own dispatcher", () => {
    const source = `kit.openQueue(() => kit.closeQueue(() => console.log("closed"))); kit.push(600);`;
    expect(program(source)).toEqual({ status: 0, signal: null, stdout: "closed\n", stderr: "" });
  });

  it("ends although a call hangs, and so does a worker", () => {
    const hang = `kit.openQueue(() => undefined); kit.call(1, 0);`;
    const worker = `const { Worker } = require("node:worker_threads");
      const worker = new Worker(${JSON.stringify(`const kit = require(${JSON.stringify(file)}); ${hang}`)}, { eval: true });
      worker.on("online", () => setTimeout(() => worker.terminate(), 100)); worker.on("exit", () => console.log("ended"));`;
    expect(program(worker)).toEqual({ status: 0, signal: null, stdout: "ended\n", stderr: "" });
    expect(program(`${hang} process.exit(3)`)).toMatchObject({ status: 3, signal: null, stderr: "" });
  });

  it("may close a queue and end in the same turn, in a worker too", () => {
    const close = `kit.openQueue(() => undefined); kit.closeQueue(() => undefined); process.exit(0);`;
    const worker = `const { Worker } = require("node:worker_threads"); let left = 10;
      const next = () => new Worker(${JSON.stringify(`const kit = require(${JSON.stringify(file)}); ${close}`)}, { eval: true })
        .on("exit", () => (--left > 0 ? next() : console.log("ended"))); next();`;
    expect(program(worker)).toEqual({ status: 0, signal: null, stdout: "ended\n", stderr: "" });
  });

  it.runIf(process.platform === "linux")("settles calls for which the system has no thread", () => {
    const source = `const triples = kit.openQueue(() => console.log([...triples.subarray(0, 3)].join(" ")));
      process.env.NO_THREADS = "1"; kit.call(1, 0);`;
    const env = { LD_PRELOAD: path.join(folder, "no-threads.so") };
    expect(program(source, env)).toEqual({ status: 0, signal: null, stdout: "1 -77 0\n", stderr: "" });
  });
});
