import { SOLO_ROWS } from "../lib/solo/rows.mjs";
import { runSolo } from "../lib/solo/run.mjs";
import { median } from "../lib/statistics.mjs";

/** Bytes of the JavaScript heap for a chunk, by the kind of the row. */
const MOST = { iterator: 1500, into: 500, byob: 500 };
const ROUNDS = 2;
const ROWS = SOLO_ROWS.filter(({ family }) => family === "allocation");
/** The same runs also answer what their loop allocates without tsusb. */
const FLOORS = ROWS.map((row) => ({ ...row, name: `${row.name}-floor`, value: "floor" }));

/** Chunks of a stream cost the garbage collector little. */
export const heap = {
  name: "heap",
  async run() {
    return judge(await runSolo({ rows: [...ROWS, ...FLOORS], rivals: [{ name: "tsusb" }], rounds: ROUNDS }));
  },
};

/** @param {readonly Pick<import("../lib/rounds.mjs").Cell, "workload" | "rounds" | "failure">[]} cells */
export function judge(cells) {
  return ROWS.map(({ name, title, kind }) => {
    const of = (workload) => cells.find((cell) => cell.workload === workload);
    const [rounds, floor] = [of(name)?.rounds ?? [], of(`${name}-floor`)?.rounds ?? []];
    return {
      workload: name,
      what: title,
      bound: `at most ${MOST[kind]} bytes`,
      figure:
        rounds.length === 0
          ? `no figure: ${of(name)?.failure ?? "it was not run"}`
          : `${median(rounds).toFixed(0)} bytes; the same loop without tsusb ${floor.length > 0 ? median(floor).toFixed(0) : "?"}`,
      isKept: rounds.length > 0 && median(rounds) <= MOST[kind],
    };
  });
}
