import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { BACKENDS, siblings, staleReasons } from "../siblings.mjs";

describe("the native backends", () => {
  it("have the same files, but for those that ARCHITECTURE.md gives a reason for", () => {
    expect(siblings().filter(({ reason }) => !reason)).toEqual([]);
    expect(staleReasons()).toEqual([]);
  });
});

describe("siblings", () => {
  let directory: string;

  beforeEach(() => {
    directory = mkdtempSync(path.join(tmpdir(), "tsusb-siblings-"));
    for (const backend of BACKENDS)
      for (const file of ["src/backend.ts", "native/handle.cc", "native/handle.h", "native/binding.gyp"])
        put(`packages/backend-${backend}/${file}`);
    put("ARCHITECTURE.md", "# Architecture\n");
  });
  afterEach(() => rmSync(directory, { recursive: true, force: true }));

  function put(file: string, text = "") {
    const target = path.join(directory, file);
    mkdirSync(path.dirname(target), { recursive: true });
    writeFileSync(target, text);
  }

  it("finds nothing where all have the same", () => {
    expect(siblings(directory)).toEqual([]);
  });

  it("names a file that one has, and takes a header and its source as one", () => {
    put("packages/backend-libusb1/native/events.cc");
    put("packages/backend-libusb1/native/events.h");
    expect(siblings(directory)).toEqual([{ file: "native/events", in: ["libusb1"], reason: undefined }]);
  });

  it("finds the reasons, and those that nothing needs", () => {
    put("packages/backend-libusb1/native/events.cc");
    put(
      "ARCHITECTURE.md",
      "## Files that only some native backends have\n\n| file | in | why |\n| --- | --- | --- |\n" +
        "| `native/events` | libusb1 | asynchronous |\n| `src/gone` | libusb0 | was there |\n\n## Tests\n",
    );
    expect(siblings(directory)).toEqual([{ file: "native/events", in: ["libusb1"], reason: "asynchronous" }]);
    expect(staleReasons(directory)).toEqual(["src/gone"]);
  });
});
