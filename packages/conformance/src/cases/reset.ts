import { expect } from "vitest";
import type { Topic } from "../conformance-case.js";
import type { CaseContext } from "../context.js";
import { roundTrip } from "./round-trip.js";

/** Resetting the port. */
export const reset: Topic<CaseContext> = {
  name: "reset",
  cases: [
    {
      name: "keeps configuration and claims over a reset",
      parts: ["bulkLoopback"],
      supports: (supports) => supports.reset,
      run: async (context) => {
        const pair = context.part("bulkLoopback");
        const handle = await context.use(pair);
        await context.backend.resetDevice(handle);
        expect(await context.backend.getConfiguration(handle)).toBe(pair.configurationValue);
        await roundTrip(context, handle, ["bulk", pair], 100);
      },
    },
    {
      name: "lists the device under the same key after a reset",
      supports: (supports) => supports.reset,
      run: async ({ backend, device, open }) => {
        await backend.resetDevice(await open());
        expect((await backend.enumerateDevices()).map(({ key }) => key)).toContain(device.key);
      },
    },
  ],
};
