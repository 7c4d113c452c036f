import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, it } from "vitest";
import { buildOpenUsbLibrary } from "./library/build.mjs";

const run = promisify(execFile);

it("works beside libusb 1.0 and libusb 0.1 in one process at once, in the main thread and in two workers", async () => {
  const script = fileURLToPath(new URL("three-backends.mjs", import.meta.url));
  const env = { ...process.env, TSUSB_OPENUSB_PATH: buildOpenUsbLibrary() };
  const { stdout, stderr } = await run(process.execPath, [script], { env, timeout: 60_000 });
  expect(stderr).toBe("");
  // The test library ends the process if one of its own libusb 0.1 functions is called.
  expect(stdout.trim().split("\n")).toEqual([
    "main libusb1: 50 requests, 2000 bytes",
    "main libusb0: 50 requests, 0 bytes",
    "main openusb: 50 requests, 2000 bytes",
    "worker 1 libusb1: 50 requests, 0 bytes",
    "worker 1 libusb0: 50 requests, 2000 bytes",
    "worker 1 openusb: 50 requests, 0 bytes",
    "worker 2 libusb1: 50 requests, 0 bytes",
    "worker 2 libusb0: 50 requests, 0 bytes",
    "worker 2 openusb: 50 requests, 3200 bytes",
  ]);
}, 90_000);
