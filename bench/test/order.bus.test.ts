import { beforeAll, describe, expect, it } from "vitest";
import { measureEventLoop } from "../checks/event-loop.mjs";
import { measureFileSystem } from "../checks/libusb0.mjs";
import { measureSelection } from "../checks/selection.mjs";
import { measureVirtual } from "../checks/virtual.mjs";
import { ensureMachine } from "../lib/machine.mjs";
import { RIVALS } from "../lib/rivals.mjs";
import { runRounds } from "../lib/rounds.mjs";
import { median } from "../lib/statistics.mjs";
import { WORKLOADS as EVERY, rivalsOf } from "../lib/workloads.mjs";

// Whatever else the machine does meanwhile must not fail these: bounds of time are ten times those of `bench --check`.
const PATIENCE = 240_000;
/** Those in which the rivals are there at the same time. */
const WORKLOADS = EVERY.filter(({ isSolo }) => !isSolo);

beforeAll(ensureMachine, PATIENCE);

describe("the benchmarks, on a bus of their own", () => {
  it(
    "have a figure for each rival in each workload, and tsusb's is within fifteen times C's",
    async () => {
      const rounds = 1;
      const cells = await runRounds({ workloads: WORKLOADS, rivals: RIVALS, rounds, seconds: 0.1 });
      expect(cells.map(({ workload, rival }) => `${workload} ${rival}`)).toEqual(
        WORKLOADS.flatMap((workload) =>
          rivalsOf(workload, RIVALS).map((rival) => `${workload.name} ${rival.name}`),
        ),
      );
      const cannot = [];
      for (const cell of cells) {
        const what = `${cell.rival} in ${cell.workload}`;
        expect(cell.failure, what).toBeUndefined();
        if (cell.cannot !== undefined) {
          cannot.push(what);
          continue;
        }
        expect(cell.rounds).toHaveLength(rounds);
        expect(Math.min(...cell.rounds)).toBeGreaterThan(1);
        if (cell.rival.startsWith("tsusb")) expect(cell.summary?.ratio).toBeLessThan(15);
      }
      // Nothing is in flight beside another one in PyUSB, nor on one endpoint in usb 3.
      const several = ["bulk-x16", "bulk-64k-x16", "stream", "stream-64k"];
      expect(cannot).toEqual(several.flatMap((name) => [`pyusb in ${name}`, `usb3 in ${name}`]));
    },
    PATIENCE,
  );

  it(
    "see no call of fs take twice as long while eight reads of libusb 0.1 are pending as without them or beside C's",
    async () => {
      const { idle, pending, beside, early } = await measureFileSystem(5, 100);
      expect(early).toBe(0);
      for (const call of ["stat", "readFile", "writeFile", "readdir"]) {
        expect(idle[call].length, call).toBeGreaterThan(50);
        expect(median(pending[call]), call).toBeLessThan(
          2 * Math.max(median(idle[call]), median(beside[call])),
        );
      }
    },
    PATIENCE,
  );

  it(
    "see core alone say within half a second that nothing is installed, and choose again in less than 50 ms",
    async () => {
      const { without, warm } = await measureSelection(2);
      for (const { code, attempts } of without) {
        expect(code).toBe("ERR_USB_NO_BACKEND");
        expect(attempts).toEqual(["not-installed", "not-installed", "not-installed"]);
      }
      expect(median(without.map(({ ms }) => ms))).toBeLessThan(500);
      for (const { again } of warm) expect(median(again)).toBeLessThan(50);
    },
    PATIENCE,
  );

  it("see a virtual device move a tenth of what it should", () => {
    const { control, read, write } = measureVirtual(2, 0.1);
    expect(Math.max(...control)).toBeGreaterThan(10_000);
    for (const rates of [read, write]) expect(Math.max(...rates) * 65_536).toBeGreaterThan(1e8);
  });

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
