import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { BusClient } from "../../../testbed/bus/client.js";
import { PACKET, plugHazards } from "./stream-hazard-device.js";

const run = promisify(execFile);
const ID = "stream-hazards";

/** The sizes that stream-hazard.mjs gives each; `most` is what may wait with what was in flight on top. */
const TYPES = [
  { type: "bulk", bufferSize: 131_072, most: 131_072 + 8 * 16_384 },
  { type: "isochronous", bufferSize: 32_768, most: 32_768 + 16 * 8 * PACKET },
];

/** What resident memory may waver by; see soak.bus.test.ts. A sanitizer keeps freed memory for a while. */
const MEGABYTES = process.env.TSUSB_SANITIZER === undefined ? 8 : 256;

let bus: BusClient;

beforeAll(async () => {
  bus = await BusClient.connect();
  await plugHazards(bus, ID, 31);
});

afterAll(async () => {
  await bus.unplug(ID);
  bus.close();
});

/** Runs a program of its own, since its end is what is looked at. */
async function program(...args: readonly string[]) {
  const script = fileURLToPath(new URL("stream-hazard.mjs", import.meta.url));
  return run(process.execPath, [script, ...args, ID], { timeout: 30_000 }).then(
    ({ stdout, stderr }) => ({ code: 0, signal: null, stdout, stderr }),
    (error: { code: number; signal: string | null; stdout: string; stderr: string }) => error,
  );
}

// The system tells of a file's end when it comes to it.
const nothingIsLeft = () =>
  expect.poll(() => bus.inspect(ID)).toMatchObject({ pendingUrbs: 0, openFiles: 0 });

describe.each(TYPES)(
  "with $type streams open (full, flowing, waiting) and a sink",
  ({ type, bufferSize, most }) => {
    it.each([
      ["ten workers are terminated, each at another moment", "terminate"],
      ["a worker calls process.exit", "worker-exit"],
    ])("is clean when %s, and the device can be used again", { timeout: 40_000 }, async (_, how) => {
      expect(await program(how, type)).toMatchObject({ code: 0, stdout: "usable\n", stderr: "" });
      await nothingIsLeft();
    });

    it("is clean when the process exits", { timeout: 40_000 }, async () => {
      expect(await program("exit", type)).toMatchObject({ code: 3, signal: null, stderr: "" });
      await nothingIsLeft();
    });

    it("is clean when an exception is not caught", { timeout: 40_000 }, async () => {
      const { code, signal, stderr } = await program("throw", type);
      expect({ code, signal }).toEqual({ code: 1, signal: null });
      expect(stderr).toContain("nobody catches this");
      await nothingIsLeft();
    });

    it("does not keep the process alive while nothing is asked for", { timeout: 40_000 }, async () => {
      expect(await program("idle", type)).toMatchObject({ code: 0, stdout: "idle\n", stderr: "" });
      await nothingIsLeft();
    });

    it("closes all with a warning when nobody holds it any more", { timeout: 40_000 }, async () => {
      const { code, stdout, stderr } = await program("forget", type);
      expect({ code, stdout }).toEqual({ code: 0, stdout: "USB_DEVICE_COLLECTED\nusable\n" });
      expect(stderr).toContain("was open and nobody held it any more");
    });

    it("loses no memory, file or thread over 200 of them in a row", { timeout: 40_000 }, async () => {
      const { stdout } = await program("row", type);
      const { megabytes, files, threads } = JSON.parse(stdout) as Record<string, number>;
      expect({ files, threads }).toEqual({ files: 0, threads: 0 });
      expect(megabytes).toBeLessThanOrEqual(MEGABYTES);
    });

    it("holds no more than was asked for while the consumer is slow", { timeout: 40_000 }, async () => {
      const { stdout } = await program("slow", type);
      const slow = JSON.parse(stdout) as Record<string, number>;
      expect(slow.most).toBeGreaterThan(bufferSize / 2);
      expect(slow.most).toBeLessThanOrEqual(most);
      expect(slow.megabytes).toBeLessThanOrEqual(MEGABYTES);
    });
  },
);
