import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { InFlight } from "../src/in-flight.js";

describe("transfers in flight", () => {
  let inFlight: InFlight;
  let told: string[];

  class Transfer {
    inFlightAt = -1;
    readonly name: string;

    constructor(name: string) {
      this.name = name;
      inFlight.add(this);
    }

    cancel(): void {
      told.push(`cancel ${this.name}`);
    }

    abandon(): void {
      told.push(`abandon ${this.name}`);
      inFlight.delete(this);
    }
  }

  beforeEach(() => {
    vi.useFakeTimers();
    inFlight = new InFlight();
    told = [];
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  test("only those that have not ended are cancelled, whatever the order in which others did", () => {
    const [a, , c, d] = ["a", "b", "c", "d", "e"].map((name) => new Transfer(name));
    for (const ended of [c, a, d]) if (ended) inFlight.delete(ended);
    inFlight.cancel();
    expect(told.sort()).toEqual(["cancel b", "cancel e"]);
  });

  test("a drain waits for the last one", async () => {
    const transfers = ["a", "b"].map((name) => new Transfer(name));
    let isDrained = false;
    const drained = inFlight.drain().then(() => {
      isDrained = true;
    });
    for (const transfer of transfers) {
      await vi.advanceTimersByTimeAsync(1000);
      expect(isDrained).toBe(false);
      inFlight.delete(transfer);
    }
    await drained;
    expect(told).toEqual([]);
    expect(vi.getTimerCount()).toBe(0);
  });

  test("a drain of none waits for nothing", async () => {
    await inFlight.drain();
    expect(vi.getTimerCount()).toBe(0);
  });

  test("what does not come back is abandoned", async () => {
    new Transfer("a");
    new Transfer("b");
    const drained = inFlight.drain();
    await vi.advanceTimersByTimeAsync(5000);
    await drained;
    expect(told.sort()).toEqual(["abandon a", "abandon b"]);
  });
});
