import { expect } from "vitest";
import type { ConformanceCase, Topic } from "../conformance-case.js";
import { type CaseContext, expectBytes, isSettled, testBytes } from "../context.js";
import { write } from "./round-trip.js";

/** Milliseconds of the timeouts here. */
const TIMEOUT = 60;

/** The longest that core hands on, in milliseconds: more than a timer of Node.js or an `int` of a C library can count. */
const LONGEST_TIMEOUT = 0xffff_ffff;

const nothingComes = (type: "bulk" | "interrupt"): ConformanceCase<CaseContext> => {
  const part = type === "bulk" ? "silent" : "silentInterrupt";
  return {
    name: `ends ${type === "bulk" ? "a bulk" : "an interrupt"} read that nothing answers after its timeout`,
    parts: [part],
    run: async (context) => {
      const { endpoint, packetSize, ...place } = context.part(part);
      const handle = await context.use(place);
      const start = performance.now();
      const result = await context.transfer(handle, { type, endpoint, length: packetSize, timeout: TIMEOUT });
      // Two milliseconds for clocks that tell whole ones; ten times the timeout for a busy machine.
      expect(performance.now() - start).toBeGreaterThan(TIMEOUT - 2);
      expect(performance.now() - start).toBeLessThan(10 * TIMEOUT);
      expect(result).toMatchObject({ status: "timedOut", length: 0 });
      context.expectErrorCode(result, "timedOut");
    },
  };
};

const waitsOn = (name: string, timeout: number): ConformanceCase<CaseContext> => ({
  name,
  parts: ["bulkLoopback"],
  run: async (context) => {
    const pair = context.part("bulkLoopback");
    const handle = await context.use(pair);
    const request = { type: "bulk", endpoint: pair.in, length: pair.packetSize, timeout } as const;
    const done = context.transfer(handle, request);
    expect(await isSettled(done)).toBe(false);
    await write(context, handle, ["bulk", pair], testBytes(9));
    expect((await done).length).toBe(9);
  },
});

/** Timeouts. */
export const timeouts: Topic<CaseContext> = {
  name: "timeouts",
  cases: [
    nothingComes("bulk"),
    nothingComes("interrupt"),
    {
      name: "keeps the bytes that came before a timeout",
      parts: ["bulkLoopback"],
      supports: ({ partialOnTimeout }) => partialOnTimeout,
      run: async (context) => {
        const pair = context.part("bulkLoopback");
        const handle = await context.use(pair);
        const size = pair.bufferSize ?? pair.packetSize;
        await write(context, handle, ["bulk", pair], testBytes(size));
        const request = { type: "bulk", endpoint: pair.in, length: 2 * size, timeout: TIMEOUT } as const;
        const result = await context.transfer(handle, request);
        expect(result).toMatchObject({ status: "timedOut", length: size });
        expectBytes(result.data, testBytes(size));
      },
    },
    {
      name: "keeps them in `into` too",
      parts: ["bulkLoopback"],
      supports: ({ partialOnTimeout }) => partialOnTimeout,
      run: async (context) => {
        const pair = context.part("bulkLoopback");
        const handle = await context.use(pair);
        const size = pair.bufferSize ?? pair.packetSize;
        await write(context, handle, ["bulk", pair], testBytes(size));
        const into = new Uint8Array(2 * size);
        const result = await context.transfer(handle, {
          type: "bulk",
          endpoint: pair.in,
          into,
          timeout: TIMEOUT,
        });
        expect(result).toMatchObject({ status: "timedOut", length: size });
        expectBytes(into.slice(0, size), testBytes(size));
      },
    },
    {
      name: "ends a write that the device does not take in time, and tells how far it came",
      device: ({ bulkLoopback }) => bulkLoopback?.capacity !== undefined,
      run: async (context) => {
        const pair = context.part("bulkLoopback");
        const handle = await context.use(pair);
        const request = {
          type: "bulk",
          endpoint: pair.out,
          data: testBytes(65_536),
          timeout: TIMEOUT,
        } as const;
        // It takes its capacity and at most one transfer more, then no byte until somebody reads.
        let result = await context.transfer(handle, request);
        for (
          let room = (pair.capacity ?? 0) + 65_536;
          room > 0 && result.status === "completed";
          room -= 65_536
        )
          result = await context.transfer(handle, request);
        expect(result.status).toBe("timedOut");
        expect(result.length).toBeLessThan(65_536);
        context.expectErrorCode(result, "timedOut");
      },
    },
    waitsOn("waits for ever with timeout 0", 0),
    waitsOn("waits on with the longest timeout that there is", LONGEST_TIMEOUT),
    {
      name: "ends many reads of one endpoint, each at its own timeout",
      parts: ["silent"],
      run: async (context) => {
        const { endpoint, packetSize, ...place } = context.part("silent");
        const handle = await context.use(place);
        const request = { type: "bulk", endpoint, length: packetSize, timeout: TIMEOUT } as const;
        // A library whose calls block has them one after another.
        const count = context.backend.supports.cancel === "none" ? 20 : 100;
        const results = await Promise.all(
          Array.from({ length: count }, () => context.transfer(handle, request)),
        );
        expect(new Set(results.map(({ status }) => status))).toEqual(new Set(["timedOut"]));
      },
    },
  ],
};
