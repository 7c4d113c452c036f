import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { beforeAll, expect, it } from "vitest";
import { ensureCommands } from "../../../scripts/apt.mjs";

const run = promisify(execFile);
const HEADER = "/usr/include/libusb-1.0/libusb.h";

const compile = (source: string, ...options: readonly string[]) =>
  run(process.env.CXX ?? "g++", [
    "-std=c++17",
    "-fsyntax-only",
    "-Wno-deprecated-declarations",
    ...options,
    source,
  ]);

beforeAll(() => {
  // The header comes with the package that has this.
  ensureHeader();
}, 120_000);

it.runIf(process.platform === "linux")(
  "has the same structures, signatures and constants as libusb.h",
  async () => {
    const source = fileURLToPath(new URL("abi.cc", import.meta.url));
    await expect(compile(source)).resolves.toMatchObject({ stderr: "" });
    // The check can fail: a structure that is not the header's does not compile.
    await expect(compile(source, "-Dnum_altsetting=extra_length")).rejects.toMatchObject({ code: 1 });
  },
);
