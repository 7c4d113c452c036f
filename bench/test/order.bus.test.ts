import { beforeAll, describe, expect, it } from "vitest";
import { measureEventLoop } from "../checks/event-loop.mjs";
import { ensureMachine } from "../lib/machine.mjs";
import { RIVALS } from "../lib/rivals.mjs";
import { runRounds } from "../lib/rounds.mjs";
import { WORKLOADS } from "../lib/workloads.mjs";

// Whatever else the machine does meanwhile must not fail these: bounds of time are ten times those of `bench --check`.
const PATIENCE = 240_000;

beforeAll(ensureMachine, PATIENCE);

describe("the benchmarks, on a bus of their own", () => {
  it(
    "have a figure for each rival in each workload, and tsusb's is within fifteen times C's",
    async () => {
      const rounds = 3;
      const cells = await runRounds({ workloads: WORKLOADS, rivals: RIVALS, rounds, seconds: 0.1 });
      expect(cells).toHaveLength(WORKLOADS.length * RIVALS.length);
      for (const cell of cells) {
        const what = `${cell.rival} in ${cell.workload}`;
        expect(cell.failure ?? cell.cannot, what).toBeUndefined();
        expect(cell.rounds).toHaveLength(rounds);
        expect(Math.min(...cell.rounds)).toBeGreaterThan(1);
        if (cell.rival.startsWith("tsusb")) expect(cell.summary?.ratio).toBeLessThan(15);
      }
    },
    PATIENCE,
  );

  it(
    "see 100 devices listed, opened and read while a 1 ms timer is late by less than 50 ms",
    async () => {
      const { work, idle } = await measureEventLoop(3);
      expect([work, idle].map((runs) => runs.length)).toEqual([3, 3]);
      expect(Math.min(...work.map(({ p99 }) => p99))).toBeLessThan(50);
    },
    PATIENCE,
  );
});
