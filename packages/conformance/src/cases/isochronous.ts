import type { BackendHandle, TransferResult } from "@tsusb/core/backend";
import { expect } from "vitest";
import type { Topic } from "../conformance-case.js";
import { type CaseContext, expectBytes, PATIENCE, testBytes } from "../context.js";
import type { IsochronousPair, KnownPackets } from "../device-under-test.js";
import { onFaults, onPair, sum } from "./on-isochronous.js";
import { collect } from "./packets.js";

/** Sends packets of these lengths, cut out of `data`. */
function send(
  context: CaseContext,
  handle: BackendHandle,
  data: Uint8Array,
  packetLengths: readonly number[],
) {
  const endpoint = context.part("isochronousLoopback").out;
  return context.transfer(handle, { type: "isochronous", endpoint, data, packetLengths, timeout: PATIENCE });
}

/** Reads that many packets, each with room for a whole one. */
async function receive(
  { transfer }: CaseContext,
  handle: BackendHandle,
  { packetSize, ...pair }: Pick<IsochronousPair, "in" | "packetSize">,
  count: number,
): Promise<Required<Pick<TransferResult, "data" | "packets">>> {
  const packetLengths = new Array<number>(count).fill(packetSize);
  const request = { endpoint: pair.in, length: count * packetSize, packetLengths, timeout: PATIENCE };
  const { status, length, data, packets } = await transfer(handle, { ...request, type: "isochronous" });
  expect(status).toBe("completed");
  expect(data?.byteLength).toBe(count * packetSize);
  expect(packets?.map(({ offset }) => offset)).toEqual(packetLengths.map((_, index) => index * packetSize));
  expect(length).toBe(sum(packets?.map((packet) => packet.length) ?? []));
  return { data: data ?? new Uint8Array(0), packets: packets ?? [] };
}

/** The request that `faults.packets` describes the end of. */
const wholeRead = ({ endpoint, packetSize, packets }: KnownPackets) => ({
  type: "isochronous" as const,
  endpoint,
  packetLengths: packets.map(() => packetSize),
  timeout: PATIENCE,
});

/** Isochronous transfers: one request, many packets, each with an end of its own. */
export const isochronous: Topic<CaseContext> = {
  name: "isochronous transfers",
  cases: [
    onPair(
      "tells of each packet sent where it began and that it went whole",
      async (context, handle, pair) => {
        const lengths = [pair.packetSize, 1, pair.packetSize - 1, 2];
        const result = await send(context, handle, testBytes(sum(lengths)), lengths);
        expect(result).toMatchObject({ status: "completed", length: sum(lengths) });
        expect(result.packets).toEqual(
          lengths.map((length, index) => ({
            status: "completed",
            offset: sum(lengths.slice(0, index)),
            length,
          })),
        );
      },
    ),
    onPair("gives back what was sent, packet by packet and in order", async (context, handle, pair) => {
      const lengths = [pair.packetSize, pair.packetSize, 5, pair.packetSize, 1];
      const bytes = testBytes(sum(lengths));
      await send(context, handle, bytes, lengths);
      const back = await collect(bytes.byteLength, () => receive(context, handle, pair, 8));
      expectBytes(back.bytes, bytes);
      expect(back.lengths).toEqual(lengths);
    }),
    onPair(
      "has as many entries as there are packets, whatever their number",
      async (context, handle, pair) => {
        for (const count of [1, 2, 3, 8, 32, 1])
          expect((await receive(context, handle, pair, count)).packets).toHaveLength(count);
      },
    ),
    onPair(
      "fills `into` where the packets are and leaves the holes as they were",
      async (context, handle, pair) => {
        const { packetSize } = pair;
        const lengths = [3, packetSize, 4];
        const bytes = testBytes(sum(lengths));
        await send(context, handle, bytes, lengths);
        const packetLengths = [packetSize, packetSize, packetSize];
        const back = await collect(bytes.byteLength, async () => {
          const into = new Uint8Array(3 * packetSize).fill(0xee);
          const request = { type: "isochronous", endpoint: pair.in, into, packetLengths } as const;
          const { data, packets = [] } = await context.transfer(handle, { ...request, timeout: PATIENCE });
          expect(data).toBeUndefined();
          expect(packets).toHaveLength(3);
          for (const [index, { offset, length }] of packets.entries())
            expect(
              into.subarray(offset + length, (index + 1) * packetSize).every((byte) => byte === 0xee),
            ).toBe(true);
          return { data: into, packets };
        });
        expectBytes(back.bytes, bytes);
      },
    ),
    onPair("has sent the bytes that were there when it was submitted", async (context, handle, pair) => {
      const bytes = testBytes(9);
      const sending = send(context, handle, bytes, [4, 5]);
      bytes.fill(0);
      await sending;
      expectBytes((await collect(9, () => receive(context, handle, pair, 2))).bytes, testBytes(9));
    }),
    onPair("keeps the order of transfers that are in flight at once", async (context, handle, pair) => {
      const lengths = [pair.packetSize, pair.packetSize];
      const bytes = testBytes(8 * sum(lengths));
      const sendings = Array.from({ length: 8 }, (_, index) =>
        send(context, handle, bytes.subarray(index * sum(lengths), (index + 1) * sum(lengths)), lengths),
      );
      for (const each of await Promise.all(sendings)) expect(each.status).toBe("completed");
      const back = await collect(bytes.byteLength, () => receive(context, handle, pair, 4));
      expectBytes(back.bytes, bytes);
    }),
    onPair(
      "settles when it is cancelled, as cancelled or as what was done before",
      async (context, handle, pair) => {
        const packetLengths = [pair.packetSize, pair.packetSize];
        const request = {
          type: "isochronous",
          endpoint: pair.in,
          length: sum(packetLengths),
          packetLengths,
        } as const;
        const read = context.backend.submit(handle, { ...request, timeout: PATIENCE });
        read.cancel();
        expect(["cancelled", "completed"]).toContain((await read.done).status);
        await receive(context, handle, pair, 2);
      },
    ),
    onFaults(
      "tells which packets failed, and the transfer is complete all the same",
      async (context, handle, faults) => {
        const length = faults.packets.length * faults.packetSize;
        const { status, packets, ...result } = await context.transfer(handle, {
          ...wholeRead(faults),
          length,
        });
        expect(status).toBe("completed");
        expect(packets).toEqual(
          faults.packets.map((packet, index) => ({ ...packet, offset: index * faults.packetSize })),
        );
        expect(packets?.some((packet) => packet.status !== "completed")).toBe(true);
        expect(result.length).toBe(sum(faults.packets.map((packet) => packet.length)));
      },
    ),
    onFaults("keeps the bytes of the packets beside a failed one", async (context, handle, faults) => {
      const { packetSize, pattern = () => 0 } = faults;
      const into = new Uint8Array(faults.packets.length * packetSize).fill(0xee);
      await context.transfer(handle, { ...wholeRead(faults), into });
      for (const [index, { status, length }] of faults.packets.entries())
        if (status === "completed") {
          const bytes = into.slice(index * packetSize, index * packetSize + length);
          expectBytes(
            bytes,
            Uint8Array.from({ length }, (_, offset) => pattern(offset)),
          );
        }
    }),
  ],
};
