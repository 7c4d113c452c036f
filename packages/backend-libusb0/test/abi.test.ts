import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, it } from "vitest";

const run = promisify(execFile);
const compile = (...options: readonly string[]) =>
  run(process.execPath, [fileURLToPath(new URL("abi.mjs", import.meta.url)), ...options]);

// Elsewhere names have another size, and the header is in no known place.
it.runIf(process.platform === "linux" && ["x64", "arm64"].includes(process.arch))(
  "has the structures and signatures of usb.h, and every place where it was measured, packed or not",
  async () => {
    await expect(compile()).resolves.toBeDefined();
    // It can fail: what is renamed on their side only is another function.
    await expect(compile("-Dusb_clear_halt=usb_claim_interface")).rejects.toMatchObject({ code: 1 });
  },
  120_000,
);
