import type { BackendHandle } from "@tsusb/core/backend";
import { expect } from "vitest";
import type { Topic } from "../conformance-case.js";
import { type CaseContext, expectCode, PATIENCE } from "../context.js";
import { roundTrip } from "./round-trip.js";

/** GET_STATUS and SET_FEATURE(ENDPOINT_HALT) to an endpoint (USB 2.0 §9.4.5, §9.4.9). */
export const halt = ({ controlOut }: CaseContext, handle: BackendHandle, endpoint: number) =>
  controlOut(handle, 0x02, 3, 0, endpoint);
const status = async ({ controlIn }: CaseContext, handle: BackendHandle, endpoint: number) =>
  (await controlIn(handle, 0x82, 0, 0, endpoint, 2)).data?.[0];

/** Halted endpoints. */
export const halts: Topic<CaseContext> = {
  name: "halts",
  cases: [
    {
      name: "tells a halted endpoint as a stall, until the halt is cleared",
      parts: ["bulkLoopback"],
      supports: ({ clearHalt, distinguishesStall }) => clearHalt && distinguishesStall,
      run: async (context) => {
        const pair = context.part("bulkLoopback");
        const handle = await context.use(pair);
        for (const endpoint of [pair.in, pair.out]) {
          expect((await halt(context, handle, endpoint)).status).toBe("completed");
          expect(await status(context, handle, endpoint)).toBe(1);
          const moved = endpoint === pair.in ? { length: pair.packetSize } : { data: new Uint8Array(8) };
          const request = { type: "bulk", endpoint, ...moved, timeout: PATIENCE } as const;
          const result = await context.transfer(handle, request);
          expect(result).toMatchObject({ status: "stall", length: 0 });
          context.expectErrorCode(result, "stall");
          await context.backend.clearHalt(handle, endpoint);
          expect(await status(context, handle, endpoint)).toBe(0);
        }
        await roundTrip(context, handle, ["bulk", pair], 100);
      },
    },
    {
      name: "moves data again after a halt was cleared",
      parts: ["bulkLoopback"],
      supports: ({ clearHalt }) => clearHalt,
      run: async (context) => {
        const pair = context.part("bulkLoopback");
        const handle = await context.use(pair);
        for (const endpoint of [pair.in, pair.out]) {
          expect(await status(context, handle, endpoint)).toBe(0);
          expect((await halt(context, handle, endpoint)).status).toBe("completed");
          expect(await status(context, handle, endpoint)).toBe(1);
          await context.backend.clearHalt(handle, endpoint);
          expect(await status(context, handle, endpoint)).toBe(0);
          await roundTrip(context, handle, ["bulk", pair], 100);
        }
      },
    },
    {
      name: "clears an endpoint that is not halted without complaint",
      parts: ["bulkLoopback"],
      supports: ({ clearHalt }) => clearHalt,
      run: async (context) => {
        const pair = context.part("bulkLoopback");
        const handle = await context.use(pair);
        await context.backend.clearHalt(handle, pair.in);
        await context.backend.clearHalt(handle, pair.out);
        await roundTrip(context, handle, ["bulk", pair], 100);
      },
    },
    {
      name: "rejects with ENOENT to clear an endpoint that does not exist",
      parts: ["bulkLoopback"],
      supports: ({ clearHalt }) => clearHalt,
      run: async (context) => {
        const handle = await context.use(context.part("bulkLoopback"));
        await expectCode(context.backend.clearHalt(handle, 0x8e), "ENOENT");
      },
    },
  ],
};
