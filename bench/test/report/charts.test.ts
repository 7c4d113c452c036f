import { describe, expect, it } from "vitest";
import { chartOf, INK, OTHERS, OURS } from "../../lib/report/charts.mjs";
import { groupsOf } from "../../lib/report/groups.mjs";
import { RUN } from "./run.js";

/** Of the pages that show these: GitHub's, light and dark. */
const GROUNDS = ["#ffffff", "#0d1117"];

/** Source: WCAG 2.1, relative luminance and contrast ratio. */
function contrast(one: string, other: string): number {
  const luminance = (color: string) =>
    [0.2126, 0.7152, 0.0722].reduce((sum, share, at) => {
      const value = Number.parseInt(color.slice(1 + 2 * at, 3 + 2 * at), 16) / 255;
      return sum + share * (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4);
    }, 0);
  const [light = 0, dark = 0] = [luminance(one), luminance(other)].sort((a, b) => b - a);
  return (light + 0.05) / (dark + 0.05);
}

const charts = () => Promise.all(groupsOf(RUN).map(chartOf));

describe("the charts", () => {
  it("are the same to the byte for the same run", async () => {
    const first = await charts();
    expect(first.every((svg) => svg?.startsWith("<svg "))).toBe(true);
    expect(await charts()).toEqual(first);
  });

  it("show ratios where every row has them, and the figures themselves in a panel for each row elsewhere", async () => {
    const [ratios, figures] = await charts();
    expect(ratios).toContain(">times worse than C");
    for (const text of ["GET_DESCRIPTOR(18)", "bulk IN of 512 bytes", "npm usb 2", "tsusb"])
      expect(ratios).toContain(`>${text}<`);
    expect(figures).toContain(">share of the line, MB/s: higher is better<");
    expect(figures).toContain(">npm usb 2<");
  });

  it("do not name who has no figure", async () => {
    const [ratios] = await charts();
    expect(ratios).not.toContain("PyUSB");
    expect(ratios).not.toContain("npm usb 3");
  });

  it("are not drawn of a group without a figure", async () => {
    const cells = RUN.cells.map((cell) =>
      cell.workload === "line" ? { ...cell, rounds: [], cut: 2 } : cell,
    );
    const [, group] = groupsOf({ ...RUN, cells });
    expect(group && (await chartOf(group))).toBeUndefined();
  });

  it("have no ground of their own, and only colors that can be seen on a light and on a dark one", async () => {
    const known = new Set([INK, ...OURS, ...OTHERS]);
    for (const svg of await charts())
      for (const [, property, color] of svg?.matchAll(/ (fill|stroke)="([^"]*)"/g) ?? [])
        expect(
          color === "none" || color === "transparent" || known.has(color ?? ""),
          `${property} ${color}`,
        ).toBe(true);
    for (const ground of GROUNDS) {
      expect(contrast(INK, ground), INK).toBeGreaterThan(4);
      for (const color of [...OURS, ...OTHERS]) expect(contrast(color, ground), color).toBeGreaterThan(3);
    }
  });
});
