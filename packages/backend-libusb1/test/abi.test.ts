import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, it } from "vitest";

const run = promisify(execFile);
const compile = (...options: readonly string[]) =>
  run(process.execPath, [fileURLToPath(new URL("abi.mjs", import.meta.url)), ...options]);

// Elsewhere the header is in no known place, and its layout is that of every system with 64-bit pointers.
it.runIf(process.platform === "linux")(
  "has the same structures, signatures and constants as libusb.h",
  async () => {
    await expect(compile()).resolves.toBeDefined();
    // It can fail: what is renamed on our side only is another constant.
    await expect(compile("-DLIBUSB_ERROR_OTHER=LIBUSB_SUCCESS")).rejects.toMatchObject({ code: 1 });
  },
  120_000,
);
