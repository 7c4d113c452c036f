import { expect } from "vitest";
import type { ConformanceCase, Topic } from "../conformance-case.js";
import { type CaseContext, expectBytes, expectCode, PATIENCE, testBytes } from "../context.js";
import { collect } from "./packets.js";
import { loopbackPart, type PairType } from "./round-trip.js";

/** Less than a packet of any endpoint, so that it comes back as one message. */
const ASCENDING = Uint8Array.of(0, 1, 2, 3, 4, 5, 6);
const DESCENDING = ASCENDING.slice().reverse();

const pairCase = (type: PairType): ConformanceCase<CaseContext> => {
  const part = loopbackPart(type);
  const names = type === "bulk" ? (["bulkWrite", "bulkRead"] as const) : (["intrWrite", "intrRead"] as const);
  return {
    name: `moves bytes by ${names.join(" and ")}, which give counts`,
    parts: [part],
    run: async (context) => {
      const pair = context.part(part);
      const handle = await context.use(pair);
      const [write, read] = names;
      const { backend } = context;
      for (const sent of [ASCENDING, DESCENDING]) {
        expect(await backend[write](handle, pair.out, pair.interfaceNumber, sent, PATIENCE)).toBe(7);
        const buffer = new Uint8Array(pair.packetSize);
        expect(await backend[read](handle, pair.in, pair.interfaceNumber, buffer, PATIENCE)).toBe(7);
        expectBytes(buffer.slice(0, 7), sent);
      }
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
        for (const sent of [ASCENDING, DESCENDING]) {
          expect(await backend.ctrlTransfer(handle, 0x40, write, 0, 0, sent, PATIENCE)).toBe(7);
          const buffer = new Uint8Array(7);
          expect(await backend.ctrlTransfer(handle, 0xc0, read, 0, 0, buffer, PATIENCE)).toBe(7);
          expectBytes(buffer, sent);
        }
      },
    },
    pairCase("bulk"),
    pairCase("interrupt"),
    {
      name: "moves packets by isoWrite and isoRead, which tell of each",
      parts: ["isochronousLoopback"],
      supports: ({ isochronous }) => isochronous,
      run: async (context) => {
        const pair = context.part("isochronousLoopback");
        const handle = await context.use(pair);
        const { backend } = context;
        for (const sent of [ASCENDING, DESCENDING]) {
          const lengths = [4, 3];
          const out = await backend.isoWrite(handle, pair.out, pair.interfaceNumber, sent, lengths, PATIENCE);
          expect(out).toEqual([
            { status: "completed", offset: 0, length: 4 },
            { status: "completed", offset: 4, length: 3 },
          ]);
          const room = [pair.packetSize, pair.packetSize];
          const back = await collect(sent.byteLength, async () => {
            const data = new Uint8Array(2 * pair.packetSize);
            const packets = await backend.isoRead(
              handle,
              pair.in,
              pair.interfaceNumber,
              data,
              room,
              PATIENCE,
            );
            return { data, packets };
          });
          expectBytes(back.bytes, sent);
        }
      },
    },
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
