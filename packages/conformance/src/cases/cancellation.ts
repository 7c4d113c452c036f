import type { BackendHandle, Submission } from "@tsusb/core/backend";
import { expect } from "vitest";
import type { Topic } from "../conformance-case.js";
import { type CaseContext, expectBytes, isSettled, testBytes } from "../context.js";
import { write } from "./round-trip.js";

/** Milliseconds after which a transfer ends that nothing else can end. */
const TIMEOUT = 300;

function silentReads(context: CaseContext, handle: BackendHandle, count: number): Submission[] {
  const { endpoint, packetSize } = context.part("silent");
  const request = { type: "bulk", endpoint, length: packetSize, timeout: 0 } as const;
  return Array.from({ length: count }, () => context.backend.submit(handle, request));
}

/** Cancelling what is in flight. */
export const cancellation: Topic<CaseContext> = {
  name: "cancellation",
  cases: [
    {
      name: "cancels one of 100 reads and no other",
      parts: ["silent"],
      supports: ({ cancel }) => cancel === "one",
      run: async (context) => {
        const reads = silentReads(context, await context.use(context.part("silent")), 100);
        const [chosen] = reads.splice(50, 1);
        chosen?.cancel();
        expect(await chosen?.done).toMatchObject({ status: "cancelled", length: 0 });
        expect(await isSettled(Promise.race(reads.map(({ done }) => done)))).toBe(false);
        for (const each of reads) each.cancel();
        const statuses = (await Promise.all(reads.map(({ done }) => done))).map(({ status }) => status);
        expect(new Set(statuses)).toEqual(new Set(["cancelled"]));
      },
    },
    {
      name: "cancels every transfer of the endpoint with one of them",
      parts: ["silent"],
      appliesTo: ({ cancel }) => cancel === "endpoint",
      run: async (context) => {
        const reads = silentReads(context, await context.use(context.part("silent")), 4);
        reads[1]?.cancel();
        const statuses = (await Promise.all(reads.map(({ done }) => done))).map(({ status }) => status);
        expect(new Set(statuses)).toEqual(new Set(["cancelled"]));
      },
    },
    {
      name: "cancels no transfer of another endpoint with it",
      parts: ["silent", "silentInterrupt"],
      device: ({ silent, silentInterrupt }) =>
        silent?.interfaceNumber === silentInterrupt?.interfaceNumber &&
        silent?.alternateSetting === silentInterrupt?.alternateSetting,
      supports: ({ cancel }) => cancel !== "none",
      run: async (context) => {
        const [bulk, interrupt] = [context.part("silent"), context.part("silentInterrupt")];
        const handle = await context.use(bulk);
        const read = { length: 8, timeout: 0 } as const;
        const first = context.backend.submit(handle, { ...read, type: "bulk", endpoint: bulk.endpoint });
        const other = { ...read, type: "interrupt", endpoint: interrupt.endpoint } as const;
        const second = context.backend.submit(handle, other);
        first.cancel();
        expect((await first.done).status).toBe("cancelled");
        expect(await isSettled(second.done)).toBe(false);
        second.cancel();
        expect((await second.done).status).toBe("cancelled");
      },
    },
    {
      name: "does nothing where it can do nothing: the transfer ends by its timeout",
      parts: ["silent"],
      appliesTo: ({ cancel }) => cancel === "none",
      run: async (context) => {
        const { endpoint, packetSize, ...place } = context.part("silent");
        const request = { type: "bulk", endpoint, length: packetSize, timeout: TIMEOUT } as const;
        const read = context.backend.submit(await context.use(place), request);
        read.cancel();
        expect(await read.done).toMatchObject({ status: "timedOut", length: 0 });
      },
    },
    {
      name: "keeps the bytes that came before",
      parts: ["bulkLoopback"],
      supports: ({ cancel, partialOnTimeout }) => cancel !== "none" && partialOnTimeout,
      run: async (context) => {
        const pair = context.part("bulkLoopback");
        const handle = await context.use(pair);
        const size = pair.bufferSize ?? pair.packetSize;
        await write(context, handle, ["bulk", pair], testBytes(size));
        const request = { type: "bulk", endpoint: pair.in, length: 2 * size, timeout: 0 } as const;
        const read = context.backend.submit(handle, request);
        expect(await isSettled(read.done)).toBe(false);
        read.cancel();
        const result = await read.done;
        expect(result).toMatchObject({ status: "cancelled", length: size });
        expectBytes(result.data, testBytes(size));
      },
    },
    {
      name: "lets the endpoint work on afterwards",
      parts: ["bulkLoopback"],
      supports: ({ cancel }) => cancel !== "none",
      run: async (context) => {
        const pair = context.part("bulkLoopback");
        const handle = await context.use(pair);
        const request = { type: "bulk", endpoint: pair.in, length: pair.packetSize, timeout: 0 } as const;
        const cancelled = context.backend.submit(handle, request);
        cancelled.cancel();
        expect((await cancelled.done).status).toBe("cancelled");
        const next = context.transfer(handle, request);
        await write(context, handle, ["bulk", pair], testBytes(7));
        expectBytes((await next).data, testBytes(7));
      },
    },
    {
      name: "takes a cancellation that comes late or twice without complaint",
      run: async ({ backend, open }) => {
        const setup = { bmRequestType: 0x80, bRequest: 6, wValue: 0x0100, wIndex: 0, wLength: 18 };
        const request = { type: "control", endpoint: 0, setup, length: 18, timeout: 0 } as const;
        const submission = backend.submit(await open(), request);
        expect((await submission.done).status).toBe("completed");
        submission.cancel();
        submission.cancel();
        expect((await submission.done).status).toBe("completed");
      },
    },
  ],
};
