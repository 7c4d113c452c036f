import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { readArguments, UsageError } from "../../lib/arguments.mjs";
import { writeReport } from "../../lib/report/report.mjs";
import { resultsOf } from "../../lib/results.mjs";
import { RIVALS } from "../../lib/rivals.mjs";
import { WORKLOADS } from "../../lib/workloads.mjs";
import { RUN } from "./run.js";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "tsusb-report-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

function written(name: string, content: unknown): string {
  const file = path.join(folder, name);
  writeFileSync(file, typeof content === "string" ? content : JSON.stringify(content));
  return file;
}

describe("the report", () => {
  it("writes the page and its charts, and takes away those of an earlier one", async () => {
    const file = written("run.json", RUN);
    await writeReport([file], folder);
    writeFileSync(path.join(folder, "performance/gone.svg"), "");
    const files = await writeReport([file], folder);
    expect(files.map((each) => path.relative(folder, each))).toEqual([
      "performance.md",
      "performance/one-by-one.svg",
      "performance/memory-heap.svg",
    ]);
    expect(readdirSync(path.join(folder, "performance")).sort()).toEqual([
      "memory-heap.svg",
      "one-by-one.svg",
    ]);
    expect(readFileSync(path.join(folder, "performance.md"), "utf8")).toContain(
      "(performance/one-by-one.svg)",
    );
  });

  it("takes what --json makes of a run of the rivals as they are", async () => {
    const cells = WORKLOADS.map(({ name }) => ({ workload: name, rival: "c-libusb0", rounds: [1, 2] }));
    const run = { ...RUN, workloads: WORKLOADS, rivals: RIVALS, cells };
    const results = resultsOf(run, new Date(0));
    expect(results.date).toBe("1970-01-01T00:00:00.000Z");
    expect(results.cells[0]?.base).toBe("c-libusb0");
    const [page = ""] = await writeReport([written("run.json", results)], folder);
    for (const { group } of WORKLOADS) expect(readFileSync(page, "utf8")).toContain(`\n### ${group}\n`);
  });

  it.each([
    ["no JSON", "{", /run\.json: .*--json FILE/],
    [
      "something else",
      [1],
      /run\.json: has no date, where \(bus or guest\), workloads, rivals, cells, verdicts; .*--json/,
    ],
  ])("refuses %s, and says how to make one", async (_, content, message) => {
    const refused = writeReport([written("run.json", content)], folder);
    await expect(refused).rejects.toThrow(UsageError);
    await expect(refused).rejects.toThrow(message);
  });

  it("refuses two runs of one place, and leaves the page as it was", async () => {
    const file = written("run.json", RUN);
    await expect(writeReport([file, file], folder)).rejects.toThrow(/two of the files are of the bus/);
    expect(readdirSync(folder)).toEqual(["run.json"]);
  });

  it("is asked for by --report, alone", () => {
    expect(readArguments(["--report", "a.json", "--report", "b.json"]).report).toEqual(["a.json", "b.json"]);
    expect(readArguments([]).report).toEqual([]);
    for (const other of [["--check"], ["--json", "x"], ["--rival", "c"], ["--workload", "bulk"]])
      expect(() => readArguments(["--report", "a.json", ...other])).toThrow(
        /--report .*--(check|json|rival|workload)/,
      );
  });
});
