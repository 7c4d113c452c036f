import { describe, expect, it } from "vitest";
import { Operations } from "../src/operations.js";

function fixture(takeResult: (job: number) => string | undefined = (job) => `result of ${job}`) {
  const transfers: number[][] = [];
  let notices = 0;
  const operations = new Operations<string>({
    takeResult,
    transferEnded: (...triple) => transfers.push(triple),
    eventsWait: () => notices++,
    closed: () => new Error("closed"),
  });
  const end = (...triples: readonly number[]) =>
    operations.dispatch(Int32Array.from(triples), triples.length / 3);
  return { operations, end, transfers, notices: () => notices };
}

describe("operations", () => {
  it("end with what the C function returned, and with what was delivered", async () => {
    const { operations, end } = fixture();
    const jobs: number[] = [];
    const run = operations.run((job) => jobs.push(job));
    const fetched = operations.fetch((job) => jobs.push(job));
    expect(jobs).toEqual([2, 3]);
    end(-3, 0, 0, -2, -7, 0);
    expect(await run).toBe(-7);
    expect(await fetched).toEqual({ status: 0, result: "result of 3" });
  });

  it("begin their numbers again when nothing is pending", async () => {
    const { operations, end } = fixture();
    for (let round = 0; round < 3; round++) {
      const run = operations.run((job) => expect(job).toBe(2));
      end(-2, 0, 0);
      await run;
    }
  });

  it("reject if they cannot be started, or if their result cannot be taken", async () => {
    const { operations, end } = fixture(() => {
      throw new Error("no memory");
    });
    const refused = operations.run(() => {
      throw new Error("no such handle");
    });
    await expect(refused).rejects.toThrow("no such handle");
    const fetched = operations.fetch(() => {});
    end(-2, 0, 0);
    await expect(fetched).rejects.toThrow("no memory");
  });

  it("reject after the end", async () => {
    const { operations } = fixture();
    operations.end();
    await expect(operations.run(() => {})).rejects.toThrow("closed");
  });

  it("leave completions of transfers and notices to whom they belong, in order", () => {
    const { end, transfers, notices } = fixture();
    end(5, 0, 512, -1, 0, 0, 4, 2, 0);
    expect(transfers).toEqual([
      [5, 0, 512],
      [4, 2, 0],
    ]);
    expect(notices()).toBe(1);
  });
});
