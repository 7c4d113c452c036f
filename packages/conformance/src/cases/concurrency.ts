import { expect } from "vitest";
import type { Topic } from "../conformance-case.js";
import { type CaseContext, expectBytes, isSettled, PATIENCE, testBytes } from "../context.js";
import { roundTrip, write } from "./round-trip.js";

/** Several things at once. */
export const concurrency: Topic<CaseContext> = {
  name: "concurrency",
  cases: [
    {
      name: "answers control requests while a read waits",
      parts: ["silent"],
      run: async (context) => {
        const { endpoint, packetSize, ...place } = context.part("silent");
        const handle = await context.use(place);
        const waiting = context.backend.submit(handle, {
          type: "bulk",
          endpoint,
          length: packetSize,
          timeout: context.backend.supports.cancel === "none" ? 2000 : 0,
        });
        for (let count = 0; count < 20; count++)
          expectBytes(
            (await context.controlIn(handle, 0x80, 6, 0x0100, 0, 18)).data,
            context.deviceUnderTest.deviceDescriptor,
          );
        expect(await isSettled(waiting.done)).toBe(false);
        waiting.cancel();
        const end = context.backend.supports.cancel === "none" ? "timedOut" : "cancelled";
        expect((await waiting.done).status).toBe(end);
      },
    },
    {
      name: "writes to one endpoint while a read of another waits",
      parts: ["bulkLoopback"],
      run: async (context) => {
        const pair = context.part("bulkLoopback");
        const handle = await context.use(pair);
        const request = {
          type: "bulk",
          endpoint: pair.in,
          length: pair.packetSize,
          timeout: PATIENCE,
        } as const;
        const waiting = context.transfer(handle, request);
        expect(await isSettled(waiting)).toBe(false);
        await write(context, handle, ["bulk", pair], testBytes(7));
        expectBytes((await waiting).data, testBytes(7));
      },
    },
    {
      name: "answers on one handle while a read waits on another",
      parts: ["silent"],
      run: async (context) => {
        const { endpoint, packetSize, ...place } = context.part("silent");
        const waiter = await context.use(place);
        const other = await context.open();
        const timeout = context.backend.supports.cancel === "none" ? 2000 : 0;
        const request = { type: "bulk", endpoint, length: packetSize, timeout } as const;
        const waiting = context.backend.submit(waiter, request);
        for (let count = 0; count < 20; count++)
          expect((await context.controlIn(other, 0x80, 6, 0x0100, 0, 18)).length).toBe(18);
        expect(await isSettled(waiting.done)).toBe(false);
        waiting.cancel();
        await waiting.done;
      },
    },
    {
      name: "moves data on two interfaces through two handles at once",
      parts: ["separateInterfaces", "bulkLoopback", "source"],
      run: async (context) => {
        const [pair, source] = [context.part("bulkLoopback"), context.part("source")];
        const first = await context.use(pair);
        const second = await context.open();
        await context.claim(second, source);
        const length = 16 * source.packetSize;
        const request = { type: "bulk", endpoint: source.endpoint, length, timeout: PATIENCE } as const;
        const reads = Array.from({ length: 20 }, () => context.transfer(second, request));
        for (let count = 0; count < 20; count++) await roundTrip(context, first, ["bulk", pair], 100 + count);
        for (const each of reads) expect(await each).toMatchObject({ status: "completed", length });
      },
    },
    {
      name: "keeps the JS thread free while nothing answers",
      parts: ["silent"],
      run: async (context) => {
        const { endpoint, packetSize, ...place } = context.part("silent");
        const handle = await context.use(place);
        // An emulated machine that others keep busy may not come to it for a tenth of a second.
        const timeout = context.isSlow ? 1000 : 100;
        const request = { type: "bulk", endpoint, length: packetSize, timeout } as const;
        let turns = 0;
        const timer = setInterval(() => turns++, 5);
        await Promise.all(Array.from({ length: 10 }, () => context.transfer(handle, request)));
        clearInterval(timer);
        expect(turns).toBeGreaterThan(2);
      },
    },
  ],
};
