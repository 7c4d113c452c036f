import { expect } from "vitest";
import type { Topic } from "../conformance-case.js";
import { type CaseContext, expectBytes, PATIENCE } from "../context.js";
import type { Endless } from "../device-under-test.js";

const patternBytes = ({ pattern = () => 0 }: Endless, length: number): Uint8Array =>
  Uint8Array.from({ length }, (_, offset) => pattern(offset));

/** A source that always has bytes and a sink that takes all. */
export const endless: Topic<CaseContext> = {
  name: "source and sink",
  cases: [
    {
      name: "reads whole packets of a source",
      parts: ["source"],
      run: async (context) => {
        const source = context.part("source");
        const handle = await context.use(source);
        for (const packets of [1, 2, 8, 64]) {
          const length = packets * source.packetSize;
          const request = { type: "bulk", endpoint: source.endpoint, length, timeout: PATIENCE } as const;
          const result = await context.transfer(handle, request);
          expect(result).toMatchObject({ status: "completed", length });
          if (packets === 1) expectBytes(result.data, patternBytes(source, length));
        }
      },
    },
    {
      name: "writes to a sink",
      parts: ["sink"],
      run: async (context) => {
        const sink = context.part("sink");
        const handle = await context.use(sink);
        for (const length of [1, sink.packetSize, 8 * sink.packetSize, 65_536]) {
          const data = patternBytes(sink, length);
          const request = { type: "bulk", endpoint: sink.endpoint, data, timeout: PATIENCE } as const;
          expect(await context.transfer(handle, request)).toMatchObject({ status: "completed", length });
        }
      },
    },
    {
      name: "takes as many bytes in one transfer as it says that it can",
      parts: ["sink"],
      appliesTo: ({ maxTransferSize }) => maxTransferSize !== undefined,
      run: async (context) => {
        const sink = context.part("sink");
        const handle = await context.use(sink);
        const { maxTransferSize: length = 0 } = context.backend.supports;
        const data = patternBytes(sink, length);
        const request = { type: "bulk", endpoint: sink.endpoint, data, timeout: PATIENCE } as const;
        expect(await context.transfer(handle, request)).toMatchObject({ status: "completed", length });
      },
    },
    {
      name: "streams from a source without a pause, and ends when it is closed",
      parts: ["source"],
      run: async (context) => {
        const source = context.part("source");
        const handle = await context.use(source);
        const transferSize = 8 * source.packetSize;
        const stream = await context.backend.openStream(handle, {
          type: "bulk",
          endpoint: source.endpoint,
          transferSize,
          transfers: 4,
          bufferSize: 4 * transferSize,
        });
        for (let chunks = 0; chunks < 20; chunks++)
          expect((await stream.read())?.byteLength).toBe(transferSize);
        await stream.close();
        await stream.close();
        expect(stream.stats()).toMatchObject({ inFlight: 0 });
        expect(stream.stats().bytes).toBeGreaterThanOrEqual(20 * transferSize);
      },
    },
    {
      name: "sends through a sink in order, and is flushed when it says so",
      parts: ["sink"],
      run: async (context) => {
        const sink = context.part("sink");
        const handle = await context.use(sink);
        const transferSize = 8 * sink.packetSize;
        const out = await context.backend.openSink(handle, {
          type: "bulk",
          endpoint: sink.endpoint,
          transferSize,
          transfers: 4,
          bufferSize: 4 * transferSize,
        });
        for (let chunks = 0; chunks < 20; chunks++) await out.write(patternBytes(sink, transferSize));
        await out.flush();
        expect(out.stats()).toMatchObject({ bytes: 20 * transferSize, buffered: 0 });
        await out.end();
      },
    },
  ],
};
