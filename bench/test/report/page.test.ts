import { beforeAll, describe, expect, it } from "vitest";
import { groupsOf } from "../../lib/report/groups.mjs";
import { pageOf } from "../../lib/report/page.mjs";
import { fill } from "../../lib/report/template.mjs";
import { RUN } from "./run.js";

let page: string;
let charts: ReadonlyMap<string, string>;

beforeAll(async () => {
  ({ page, charts } = await pageOf([RUN], "pictures"));
});

/** The cells of the lines that begin so. */
const lines = (start: string) =>
  page
    .split("\n")
    .filter((line) => line.startsWith(`| ${start}`))
    .map((line) =>
      line
        .slice(2, -2)
        .split(/(?<!\\) \| /)
        .map((cell) => cell.trim()),
    );

describe("the page of a run", () => {
  it("says where, when, how long and on what it was measured", () => {
    expect(page).toContain(
      "## On the played bus\n\n3 rounds of 0.25 s for each rival in each row, ended 2026-11-24.",
    );
    expect(page).toContain("- model: Some CPU\n- kernel: 6.1\n- load: 0.5, 0.25");
  });

  it("has a table for each group, with a column for each rival that has a figure there, the best one in bold", () => {
    expect(lines(" |").filter((cells) => cells.includes("C"))).toEqual([["", "C", "npm usb 2", "tsusb"]]);
    expect(lines("GET_DESCRIPTOR(18), µs")).toEqual([
      ["GET_DESCRIPTOR(18), µs", "20.0", "40.0 (1.50 ×)", "**21.0 (1.10 ×)**"],
    ]);
    expect(lines("bulk IN of 512 bytes, µs")).toEqual([
      ["bulk IN of 512 bytes, µs", "10.0", "failed", "**12.0 (1.20 ×)**"],
    ]);
  });

  it("says where higher is better, and which is the best then", () => {
    const [cells] = lines("share of the line, MB/s (higher is better)");
    expect(cells?.slice(1)).toEqual(["1,235", "**4,000**"]);
  });

  it("has median, spread and the three ratios of each rival", () => {
    expect(lines("tsusb |")[0]).toEqual(["tsusb", "21.0", "11.0", "80.0", "1.10 ×", "1.05 ×", "1.10 ×"]);
    expect(lines("npm usb 2 |")[0]).toEqual([
      "npm usb 2",
      "40.0",
      "15.0",
      "60.0",
      "1.50 ×",
      "2.00 ×",
      "1.50 ×",
    ]);
  });

  it("turns ratios round where higher is better, so that above 1 is always worse", () => {
    const cells = RUN.cells.map((cell) => (cell.workload === "line" ? { ...cell, base: "tsusb" } : cell));
    const [, group] = groupsOf({ ...RUN, cells });
    const usb2 = group?.rows[0]?.entries.find(({ rival }) => rival === "usb2")?.figures;
    expect(usb2?.ratio).toBeCloseTo(4000 / 1234.5);
    expect(usb2?.ratioOfBest).toBeCloseTo(4100 / 1300);
  });

  it("says who cannot and why, what was cut and what failed, in text that ends no cell", () => {
    expect(page).toContain("\n- PyUSB cannot: has no a\\|b\n");
    expect(page).toContain("\n- npm usb 3 cut at 2 s\n");
    expect(lines("npm usb 3 |")[0]?.[1]).toBe("cut at 2 s");
    expect(lines("npm usb 2 |")[1]?.[1]).toBe("failed: ended with 1: lost");
  });

  it("has each bound beside its row, and all of them in the end", () => {
    expect(page).toContain("**GET_DESCRIPTOR(18), µs**<br>control: tsusb, C: at most 1.1 ×, kept");
    expect(lines("control: tsusb, C |")).toEqual([["control: tsusb, C", "at most 1.1 ×", "1.10 ×", "yes"]]);
    expect(lines("dependencies |")).toEqual([["dependencies", "nothing", "left-pad", "**no**"]]);
  });

  it("says so if no bound was checked", async () => {
    const { page: unchecked } = await pageOf([{ ...RUN, verdicts: [] }], "pictures");
    expect(unchecked).toContain("This run checked none.");
  });

  it("shows the chart of each group", () => {
    expect([...charts.keys()]).toEqual(["one-by-one.svg", "memory-heap.svg"]);
    expect(page).toContain("![one by one](pictures/one-by-one.svg)");
  });

  it("has the guest's figures after those of the bus, with charts of their own", async () => {
    const both = await pageOf([RUN, { ...RUN, where: "guest", rounds: 4 }], "pictures");
    expect(both.page.indexOf("## On the played bus")).toBeLessThan(
      both.page.indexOf("## In the guest\n\n4 rounds"),
    );
    expect(both.page).toContain(
      "### one by one, in the guest\n\n![one by one](pictures/guest-one-by-one.svg)",
    );
    expect(both.charts.size).toBe(4);
  });
});

describe("a template", () => {
  it("must have a text for each place, and a place for each text", () => {
    expect(() => fill("performance", {})).toThrow(/place runs and no text/);
    expect(() => fill("performance", { runs: "", more: "" })).toThrow(/no place for more/);
  });
});
