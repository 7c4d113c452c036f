import type { BackendSupports } from "@tsusb/core/backend";
import { describe, expect, it } from "vitest";
import { unsoundEntries } from "../src/check-manifest.js";
import { type ConformanceCase, judge } from "../src/conformance-case.js";
import type { DeviceUnderTest } from "../src/device-under-test.js";
import { Tally } from "../src/tally.js";
import { LIMITED } from "./limited-backend.js";

const device: DeviceUnderTest = {
  idVendor: 1,
  idProduct: 1,
  langid: 0x0409,
  deviceDescriptor: new Uint8Array(18),
  configurationDescriptors: [],
  strings: { manufacturer: "", product: "", serialNumber: "" },
  store: { configurationValue: 1, write: 1, read: 2, size: 8 },
};
const here = { supports: { reset: false, parent: true } as BackendSupports, device, control: false };
const verdictOf = (each: Partial<ConformanceCase<undefined>>) =>
  judge({ name: "a case", run: async () => {}, ...each }, here);

describe("a case", () => {
  it("runs if it needs nothing", () => {
    expect(verdictOf({})).toBe("run");
  });

  it("is left out by what the backend does not support", () => {
    expect(verdictOf({ supports: ({ reset }) => reset })).toBe("not supported");
    expect(verdictOf({ supports: ({ parent }) => parent })).toBe("run");
  });

  it("is left out by a part that the device lacks, which is counted apart", () => {
    expect(verdictOf({ parts: ["store"] })).toBe("run");
    expect(verdictOf({ parts: ["store", "source"] })).toBe("not on this device");
    expect(verdictOf({ device: ({ bulkLoopback }) => bulkLoopback !== undefined })).toBe(
      "not on this device",
    );
  });

  it("is left out by the want of a hand on the plug", () => {
    expect(verdictOf({ control: true })).toBe("not on this device");
  });

  it("does not apply if it is about another denial", () => {
    expect(verdictOf({ appliesTo: ({ reset }) => !reset })).toBe("run");
    expect(verdictOf({ appliesTo: ({ parent }) => !parent })).toBe("not applicable");
  });
});

it("counts every verdict and names what is not supported", () => {
  const tally = new Tally();
  tally.add("reset", "keeps claims", "not supported");
  tally.add("reset", "lists the device", "run");
  tally.add("bulk", "moves bytes", "not on this device");
  tally.add("bulk", "denies", "not applicable");
  expect([tally.count("run"), tally.count("not supported"), tally.count("not on this device")]).toEqual([
    1, 1, 1,
  ]);
  expect(tally.names("not supported")).toEqual(["reset: keeps claims"]);
  expect(tally.table("conformance of a backend").split("\n")).toEqual([
    "conformance of a backend",
    "  topic                  run  not supported  not on this device",
    "  reset                    1              1                   0",
    "  bulk                     0              0                   1",
    "  all                      1              1                   1",
    "  not supported: reset: keeps claims",
  ]);
});

it("names the entries of a manifest that are missing or not what they may be", () => {
  expect(unsoundEntries(LIMITED)).toEqual([]);
  const { reset: _, ...rest } = LIMITED;
  const wrong = { ...rest, cancel: true, descriptors: "bytes", parent: 0, maxTransferSize: 1000 };
  expect(unsoundEntries(wrong)).toEqual(["cancel", "parent", "reset", "descriptors", "maxTransferSize"]);
});
