import { describe, expect, it } from "vitest";
import { readArguments, UsageError } from "../lib/arguments.mjs";
import { SOLO_ROWS } from "../lib/solo/rows.mjs";

const names = (things: readonly { name: string }[]) => things.map(({ name }) => name);

describe("the command line of the benchmarks", () => {
  it("means every rival in every workload, twelve rounds and no check if nothing is said", () => {
    const options = readArguments([]);
    expect(names(options.rivals)).toEqual([
      "c",
      "pyusb",
      "usb2",
      "usb3",
      "tsusb",
      "tsusb-into",
      "tsusb-lend",
      "c-libusb0",
      "tsusb-libusb0",
    ]);
    expect(names(options.workloads)).toEqual([
      "control",
      "bulk",
      "bulk-64k",
      "bulk-x16",
      "bulk-64k-x16",
      "stream",
      "stream-64k",
      "pending",
      ...names(SOLO_ROWS),
    ]);
    expect(options).toMatchObject({ rounds: 12, seconds: 0.25, checks: [], help: false });
  });

  it("takes several rivals and workloads, in the order of the table", () => {
    const options = readArguments(["--rival", "tsusb", "--rival=c", "--workload", "bulk"]);
    expect(names(options.rivals)).toEqual(["c", "tsusb"]);
    expect(names(options.workloads)).toEqual(["bulk"]);
  });

  it("leaves out a workload that none of the rivals takes part in, unless it is asked for", () => {
    expect(names(readArguments(["--rival", "tsusb-lend"]).workloads)).toEqual(["stream", "stream-64k"]);
    expect(names(readArguments(["--rival", "c"]).workloads)).not.toContain("pending");
    expect(names(readArguments(["--rival", "c", "--rival", "c-libusb0"]).workloads)).toContain("pending");
    expect(() => readArguments(["--rival", "c", "--workload", "pending"])).toThrow(
      /--workload pending .*c-libusb0, tsusb-libusb0/,
    );
  });

  it("takes --check alone for all checks, and names after it for some", () => {
    expect(names(readArguments(["--check"]).checks)).toEqual([
      "speed",
      "ratios",
      "libusb0",
      "line",
      "load",
      "heap",
      "event-loop",
      "start",
      "selection",
      "timeouts",
      "virtual",
      "dependencies",
    ]);
    expect(names(readArguments(["--check", "start", "dependencies"]).checks)).toEqual([
      "start",
      "dependencies",
    ]);
  });

  it.each([
    [["--rounds", "0"], /--rounds.*"0"/],
    [["--rounds", "2.5"], /--rounds.*"2\.5"/],
    [["--rounds="], /--rounds/],
    [["--seconds", "-1"], /--seconds/],
    [["--seconds", "long"], /--seconds.*"long"/],
    [["--rival", "usb1"], /--rival.*"usb1".*tsusb/],
    [["--workload", "Bulk"], /--workload.*"Bulk".*control, bulk, .*pending/],
    [["--check", "speeed"], /--check.*"speeed".*timeouts/],
    [["--fast"], /--fast/],
    [["tsusb"], /tsusb.*--rival/],
    [["--check", "speed", "--rival", "tsusb"], /--check speed.*--rival/],
    [["--check", "--workload", "bulk"], /--check speed.*--workload/],
    [["--check", "ratios", "--rival", "c"], /--check ratios.*--rival/],
    [["--check", "libusb0", "--rival", "c"], /--check libusb0.*--rival/],
  ])("refuses %j, naming what is wrong", (words, message) => {
    expect(() => readArguments(words)).toThrow(UsageError);
    expect(() => readArguments(words)).toThrow(message);
  });
});
