import { beforeAll, expect, it } from "vitest";
import { ensureMachine } from "../lib/machine.mjs";
import { RIVALS } from "../lib/rivals.mjs";
import { SOLO_ROWS } from "../lib/solo/rows.mjs";
import { runSolo } from "../lib/solo/run.mjs";
import { rivalsOf } from "../lib/workloads.mjs";

// Whatever else the machine does meanwhile must not fail these: bounds are ten times as wide as those of `bench --check`.
const PATIENCE = 240_000;

beforeAll(ensureMachine, PATIENCE);

it(
  "each rival has a figure in each row that it can do alone, and tsusb's are no more than ten times what they may be",
  async () => {
    const rows = SOLO_ROWS.map((row) => ({ ...row, seconds: Math.min(row.seconds, 0.3) }));
    const cells = await runSolo({ rows, rivals: RIVALS, rounds: 1 });
    expect(cells.map(({ workload, rival }) => `${workload} ${rival}`)).toEqual(
      rows.flatMap((row) => rivalsOf(row, RIVALS).map(({ name }) => `${row.name} ${name}`)),
    );
    for (const { workload, rival, failure } of cells)
      expect(failure, `${rival} in ${workload}`).toBeUndefined();
    const cut = cells.filter((cell) => cell.cut !== undefined);
    expect(cut.map(({ workload, rival, cut }) => `${rival} in ${workload}: ${cut} s`)).toEqual(
      ["timeout-10", "timeout-100", "timeout-300"].map((name) => `usb2 in ${name}: 2 s`),
    );
    const tsusb = (name: string) =>
      cells.find(({ workload, rival }) => workload === name && rival === "tsusb")?.rounds[0];
    expect(tsusb("heap-iterator")).toBeLessThan(15_000);
    for (const name of ["busy-16k", "busy-64k"]) expect(tsusb(name)).toBeGreaterThan(9.7);
    expect(tsusb("late-timer")).toBeLessThan(50);
    expect(tsusb("late-timeout")).toBeLessThan(100);
    expect(tsusb("cancel-1000")).toBeLessThan(10_000);
  },
  PATIENCE,
);
