import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, it } from "vitest";

const run = promisify(execFile);

/** What the resident memory may waver by; two kilobytes lost with each handle would be more. */
const MEGABYTES = 8;

// A sanitizer keeps freed memory for a while, and looks for leaks itself.
it.skipIf(process.env.TSUSB_SANITIZER !== undefined)(
  "neither memory nor files nor threads grow over 10,000 opens, 40,000 transfers and 100 backends",
  async () => {
    const script = fileURLToPath(new URL("soak.mjs", import.meta.url));
    const { stdout } = await run(process.execPath, [script, "10000", "40000", "100"]);
    for (const { megabytes, files, threads } of Object.values<Record<string, number>>(JSON.parse(stdout))) {
      expect({ files, threads }).toEqual({ files: 0, threads: 0 });
      expect(megabytes).toBeLessThanOrEqual(MEGABYTES);
    }
  },
  120_000,
);
