import { SOLO_ROWS } from "../lib/solo/rows.mjs";
import { runSolo } from "../lib/solo/run.mjs";

/** Milliseconds at the 99th percentile, beyond what they are when idle. */
const MOST = { timer: 5, timeout: 10 };
const SECONDS = 30;
const ROWS = SOLO_ROWS.filter(({ family }) => family === "load");

/** Full streams leave the event loop, and timeouts, alone. */
export const load = {
  name: "load",
  async run() {
    const rows = ROWS.map((row) => ({ ...row, seconds: SECONDS }));
    return judge(await runSolo({ rows, rivals: [{ name: "tsusb" }], rounds: 1 }));
  },
};

/** @param {readonly Pick<import("../lib/rounds.mjs").Cell, "workload" | "rounds" | "failure">[]} cells */
export function judge(cells) {
  return ROWS.map(({ name, title, value }) => {
    const { rounds: [late] = [], failure } = cells.find(({ workload }) => workload === name) ?? {};
    return {
      workload: name,
      what: `${title}, over ${SECONDS} s`,
      bound: `at most ${MOST[value]} ms`,
      figure: late === undefined ? `no figure: ${failure ?? "it was not run"}` : `${late.toFixed(2)} ms`,
      isKept: late !== undefined && late <= MOST[value],
    };
  });
}
