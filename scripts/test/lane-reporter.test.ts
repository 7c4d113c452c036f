import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

const root = fileURLToPath(new URL("../..", import.meta.url));

const FIXTURE = `
import { beforeAll, describe, expect, it } from "vitest";
it("passes", () => expect(1).toBe(1));
it("fails", () => expect(1).toBe(2));
it("cannot run", ({ skip }) => skip("no /dev/fuse"));
describe("a suite", () => {
  beforeAll(() => { throw new Error("no set-up"); });
  it("never starts", () => {});
});
`;

describe("the lane reporter", () => {
  let home: string;

  beforeEach(() => {
    // Below the root, where the fixture finds vitest.
    mkdirSync(path.join(root, ".cache"), { recursive: true });
    home = mkdtempSync(path.join(root, ".cache/lane-reporter-"));
  });
  afterEach(() => rmSync(home, { recursive: true, force: true }));

  it("tells passed, failed and skipped tests apart, and gives the reason of a skip", () => {
    expect(reportOf(FIXTURE)).toEqual({
      passed: 1,
      failed: [
        "fixture.test.ts > a suite",
        "fixture.test.ts > fails",
        "fixture.test.ts > a suite > never starts",
      ],
      skipped: [{ name: "fixture.test.ts > cannot run", reason: "no /dev/fuse" }],
    });
  });

  it("counts a file that cannot be loaded as a failure", () => {
    expect(reportOf('throw new Error("broken");').failed).toEqual(["fixture.test.ts"]);
  });

  it("leaves out what a name pattern did not pick", () => {
    expect(reportOf(FIXTURE, "-t", "passes")).toEqual({ passed: 1, failed: [], skipped: [] });
  });

  function reportOf(source: string, ...options: readonly string[]) {
    const file = path.join(home, "report.json");
    writeFileSync(path.join(home, "fixture.test.ts"), source);
    writeFileSync(path.join(home, "vitest.config.mjs"), "export default {};");
    const vitest = path.join(root, "node_modules/vitest/vitest.mjs");
    const reporter = path.join(root, "scripts/lane-reporter.mjs");
    try {
      execFileSync(process.execPath, [vitest, "run", "--root", home, "--reporter", reporter, ...options], {
        env: { ...process.env, TSUSB_REPORT: file },
        stdio: "pipe",
      });
    } catch (error) {
      // Tests that fail are what the fixture is for; without a report there is nothing to read below.
      if (!(error instanceof Error && "status" in error)) throw error;
    }
    return JSON.parse(readFileSync(file, "utf8"));
  }
});
