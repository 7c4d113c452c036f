import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { IBackend } from "@tsusb/core/backend";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { reportRun } from "../src/report-run.js";
import { Tally } from "../src/tally.js";

const tally = new Tally();
tally.add("reset", "keeps claims", "not supported");
tally.add("reset", "lists the device", "run");
tally.add("bulk", "moves bytes", "not on this device");
tally.passed = 1;

const facts = {
  title: "conformance of a backend",
  half: "contract",
  backend: { name: "fake", version: "1.2", libraryPath: "/usr/lib/libfake.so.0" } as IBackend,
  device: {
    idVendor: 0x04d8,
    idProduct: 0x000e,
    langid: 0x0409,
    deviceDescriptor: new Uint8Array(18),
    configurationDescriptors: [],
    strings: { manufacturer: "M", product: "P", serialNumber: "S" },
  },
} as const;

describe("a run", () => {
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "tsusb-report-"));
  });
  afterEach(() => {
    vi.unstubAllEnvs();
    vi.restoreAllMocks();
    rmSync(folder, { recursive: true });
  });

  it("is one line of JSON behind those that are there, if a file is named", () => {
    const file = join(folder, "report");
    vi.stubEnv("TSUSB_CONFORMANCE_REPORT", file);
    const write = vi.spyOn(process.stdout, "write");
    reportRun(tally, facts);
    reportRun(tally, { ...facts, half: "API" });
    const rows = readFileSync(file, "utf8").trim().split("\n");
    expect(rows.map((row) => JSON.parse(row).half)).toEqual(["contract", "API"]);
    expect(JSON.parse(rows[0] ?? "")).toEqual({
      half: "contract",
      backend: "fake",
      library: "libfake.so.0 1.2",
      device: "P (04d8:000e)",
      run: 1,
      passed: 1,
      notSupported: ["reset: keeps claims"],
      notOnThisDevice: 1,
    });
    expect(write).not.toHaveBeenCalled();
  });

  it("prints its own table otherwise", () => {
    vi.stubEnv("TSUSB_CONFORMANCE_REPORT", "");
    const write = vi.spyOn(process.stdout, "write").mockReturnValue(true);
    reportRun(tally, facts);
    expect(write).toHaveBeenCalledExactlyOnceWith(`${tally.table("conformance of a backend")}\n`);
  });
});
