import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { ensureCommands, onPath } from "../apt.mjs";

describe("on a machine whose PATH has no apt-get", () => {
  let directory: string;

  beforeEach(() => {
    directory = mkdtempSync(path.join(tmpdir(), "tsusb-path-"));
    vi.stubEnv("PATH", directory);
  });
  afterEach(() => {
    vi.unstubAllEnvs();
    rmSync(directory, { recursive: true, force: true });
  });

  it("names every command that is missing and every package that brings it", () => {
    const wanted = new Map([
      ["nosuch-make", "make"],
      ["nosuch-g++", "g++"],
    ]);
    expect(() => ensureCommands(wanted)).toThrow(
      "not found: nosuch-make, nosuch-g++; on Debian and Ubuntu: sudo apt-get install make g++",
    );
  });

  // What a program is, Windows tells by the end of its name.
  const suffix = process.platform === "win32" ? ".exe" : "";

  it("finds a program", () => {
    writeFileSync(path.join(directory, `program${suffix}`), "#!/bin/sh\n", { mode: 0o755 });
    expect(onPath("program")).toBe(path.join(directory, `program${suffix}`));
    expect(() => ensureCommands(new Map([["program", "package"]]))).not.toThrow();
  });

  it("passes over a file that is no program", () => {
    writeFileSync(path.join(directory, "text"), "text", { mode: 0o644 });
    expect(onPath("text")).toBeUndefined();
  });
});
