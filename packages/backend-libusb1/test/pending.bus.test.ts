import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { type Device, find, type IBackend } from "@tsusb/core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { getBackend } from "../src/index.js";

const run = promisify(execFile);

/** An endpoint of the played device that never answers. */
const SILENT = 0x85;

let backend: IBackend;
let device: Device;

beforeAll(async () => {
  backend = await getBackend();
});

beforeEach(async () => {
  const found = await find({ idVendor: 0x1209, idProduct: 0x0001, backend });
  if (found === undefined) throw new Error("the bus does not have the played device");
  device = await found.open();
});

afterEach(() => device.close());

afterAll(() => backend.close());

/** What a promise has come to by now, without waiting for it. */
function watch(promises: readonly Promise<unknown>[]): {
  settled: Map<number, unknown>;
  all: Promise<unknown>;
} {
  const settled = new Map<number, unknown>();
  const all = Promise.all(
    promises.map((promise, index) =>
      promise.then(
        (value) => settled.set(index, value),
        (error: unknown) => settled.set(index, error),
      ),
    ),
  );
  return { settled, all };
}

describe("100 pending reads", () => {
  it("settle one and no other when one is aborted", async () => {
    const controllers = Array.from({ length: 100 }, () => new AbortController());
    const reads = controllers.map(({ signal }) => device.read(SILENT, 512, { timeout: 0, signal }));
    const { settled, all } = watch(reads);
    controllers[41]?.abort(new Error("enough"));
    await expect(reads[41]).rejects.toMatchObject({
      name: "AbortError",
      code: "ABORT_ERR",
      cause: expect.objectContaining({ message: "enough" }),
    });
    // A round trip through the same queue: whatever else was cancelled has settled by then.
    await device.ctrlTransfer(0x80, 0x06, 0x0100, 0, 18);
    expect([...settled.keys()]).toEqual([41]);
    await device.close();
    await all;
    expect(settled.size).toBe(100);
  });

  it("settle all when the device is closed", async () => {
    const { settled, all } = watch(Array.from({ length: 100 }, () => device.read(SILENT, 512, 0)));
    await device.ctrlTransfer(0x80, 0x06, 0x0100, 0, 18);
    expect(settled.size).toBe(0);
    await device.close();
    await all;
    const codes = new Set([...settled.values()].map((error) => (error as { code: string }).code));
    expect([...codes]).toEqual(["EINTR"]);
  });

  it("share one signal without a warning", async () => {
    const warnings: Error[] = [];
    const onWarning = (warning: Error) => void warnings.push(warning);
    process.on("warning", onWarning);
    const controller = new AbortController();
    const { signal } = controller;
    const { settled, all } = watch(
      Array.from({ length: 100 }, () => device.read(SILENT, 512, { timeout: 0, signal })),
    );
    await device.ctrlTransfer(0x80, 0x06, 0x0100, 0, 18);
    controller.abort();
    await all;
    // Warnings are emitted on a later turn.
    await new Promise((resolve) => setImmediate(resolve));
    process.off("warning", onWarning);
    expect(warnings).toEqual([]);
    expect(settled.size).toBe(100);
    for (const error of settled.values()) expect(error).toMatchObject({ code: "ABORT_ERR" });
  });

  it("let the process end by itself once the device is closed", async () => {
    const { stdout, stderr } = await run(
      process.execPath,
      [fileURLToPath(new URL("pending-exit.mjs", import.meta.url))],
      {
        timeout: 15_000,
      },
    );
    expect(stderr).toBe("");
    expect(stdout).toBe("100 settled\n");
  });
});

it("rejects a read that nothing answers, not before its timeout", async () => {
  const started = performance.now();
  await expect(device.read(SILENT, 512, 300)).rejects.toMatchObject({
    name: "USBTimeoutError",
    code: "ETIMEDOUT",
    backendErrorCode: -7,
    transferred: 0,
  });
  const elapsed = performance.now() - started;
  expect(elapsed).toBeGreaterThanOrEqual(299);
  expect(elapsed).toBeLessThan(3_500);
});
