import { SOLO_ROWS } from "../lib/solo/rows.mjs";
import { runSolo } from "../lib/solo/run.mjs";
import { median } from "../lib/statistics.mjs";

/** Percent of the device's line, in the median round. */
const LEAST = 97;
const ROWS = SOLO_ROWS.filter(({ family }) => family === "busy");

/** A stream keeps a device busy while JavaScript is: transfers are renewed without it. */
export const line = {
  name: "line",
  async run({ rounds }) {
    const rows = ROWS.map((row) => ({ ...row, rounds }));
    return judge(await runSolo({ rows, rivals: [{ name: "tsusb" }], rounds: Math.min(rounds, 6) }));
  },
};

/** @param {readonly Pick<import("../lib/rounds.mjs").Cell, "workload" | "rounds" | "failure">[]} cells */
export function judge(cells) {
  return ROWS.map(({ name, title }) => {
    const { rounds = [], failure } = cells.find(({ workload }) => workload === name) ?? {};
    return {
      workload: name,
      what: title,
      bound: `at least ${LEAST} %`,
      figure:
        rounds.length === 0
          ? `no figure: ${failure ?? "it was not run"}`
          : `${median(rounds).toFixed(1)} % (${rounds.map((share) => share.toFixed(1)).join(", ")})`,
      isKept: rounds.length > 0 && median(rounds) >= LEAST,
    };
  });
}
