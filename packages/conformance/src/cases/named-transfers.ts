import { expect } from "vitest";
import type { ConformanceCase, Topic } from "../conformance-case.js";
import { type CaseContext, expectBytes, expectCode, PATIENCE, testBytes } from "../context.js";
import { needsZeroPacket } from "./round-trip.js";

const pairCase = (type: "bulk" | "interrupt"): ConformanceCase<CaseContext> => {
  const part = type === "bulk" ? "bulkLoopback" : "interruptLoopback";
  const names = type === "bulk" ? (["bulkWrite", "bulkRead"] as const) : (["intrWrite", "intrRead"] as const);
  return {
    name: `moves bytes by ${names.join(" and ")}, which give counts`,
    parts: [part],
    run: async (context) => {
      const pair = context.part(part);
      const handle = await context.use(pair);
      const [write, read] = names;
      const sent = testBytes(37);
      expect(needsZeroPacket(pair, sent.byteLength)).toBe(false);
      const { backend } = context;
      expect(await backend[write](handle, pair.out, pair.interfaceNumber, sent, PATIENCE)).toBe(37);
      const buffer = new Uint8Array(pair.packetSize);
      expect(await backend[read](handle, pair.in, pair.interfaceNumber, buffer, PATIENCE)).toBe(37);
      expectBytes(buffer.slice(0, 37), sent);
    },
  };
};

/** The transfers of PyUSB's IBackend, each over `submit`. */
export const namedTransfers: Topic<CaseContext> = {
  name: "named transfers",
  cases: [
    {
      name: "moves bytes by ctrlTransfer both ways, which gives counts",
      parts: ["store"],
      run: async (context) => {
        const { configurationValue, write, read } = context.part("store");
        const handle = await context.configure(configurationValue);
        const { backend } = context;
        expect(await backend.ctrlTransfer(handle, 0x40, write, 0, 0, testBytes(50), PATIENCE)).toBe(50);
        const buffer = new Uint8Array(50);
        expect(await backend.ctrlTransfer(handle, 0xc0, read, 0, 0, buffer, PATIENCE)).toBe(50);
        expectBytes(buffer, testBytes(50));
      },
    },
    pairCase("bulk"),
    pairCase("interrupt"),
    {
      name: "rejects a refused control request with EPIPE",
      supports: ({ distinguishesStall }) => distinguishesStall,
      run: async ({ backend, open }) => {
        await expectCode(
          backend.ctrlTransfer(await open(), 0xc0, 0xf7, 0, 0, new Uint8Array(8), PATIENCE),
          "EPIPE",
        );
      },
    },
    {
      name: "rejects a read that nothing answers with ETIMEDOUT",
      parts: ["silent"],
      run: async (context) => {
        const { endpoint, packetSize, ...place } = context.part("silent");
        const handle = await context.use(place);
        const buffer = new Uint8Array(packetSize);
        await expectCode(
          context.backend.bulkRead(handle, endpoint, place.interfaceNumber, buffer, 50),
          "ETIMEDOUT",
        );
      },
    },
    {
      name: "gives the count of a read that timed out after some bytes",
      parts: ["bulkLoopback"],
      supports: ({ partialOnTimeout }) => partialOnTimeout,
      run: async (context) => {
        const pair = context.part("bulkLoopback");
        const handle = await context.use(pair);
        const size = pair.bufferSize ?? pair.packetSize;
        const { backend } = context;
        await backend.bulkWrite(handle, pair.out, pair.interfaceNumber, testBytes(size), PATIENCE);
        const buffer = new Uint8Array(2 * size);
        expect(await backend.bulkRead(handle, pair.in, pair.interfaceNumber, buffer, 50)).toBe(size);
        expectBytes(buffer.slice(0, size), testBytes(size));
      },
    },
  ],
};
