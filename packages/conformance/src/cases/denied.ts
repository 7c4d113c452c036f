import type { BackendSupports } from "@tsusb/core/backend";
import { expect } from "vitest";
import type { ConformanceCase, Topic } from "../conformance-case.js";
import { type CaseContext, expectCode, PATIENCE } from "../context.js";

type Ability = keyof BackendSupports;

const denied = (
  ability: Ability,
  run: ConformanceCase<CaseContext>["run"],
): ConformanceCase<CaseContext> => ({
  name: `rejects with ENOSYS what it denies: ${ability}`,
  appliesTo: (supports) => supports[ability] === false,
  run,
});

const untold = (ability: Ability, fields: readonly ("portNumbers" | "speed" | "product")[]) => ({
  ...denied(ability, async ({ device }) => {
    for (const field of fields) expect(device[field]).toBeUndefined();
  }),
  name: `leaves open what it does not know: ${ability}`,
});

/** What the manifest denies is called all the same: a backend that can more than it says is wrong too. */
export const deniedAbilities: Topic<CaseContext> = {
  name: "denied abilities",
  cases: [
    denied("isochronous", async ({ open, transfer }) => {
      const request = { type: "isochronous", endpoint: 0x81, length: 64, packetLengths: [64] } as const;
      await expectCode(transfer(await open(), { ...request, timeout: PATIENCE }), "ENOSYS");
    }),
    {
      ...denied("bulkStreams", async (context) => {
        const { endpoint, packetSize, ...place } = context.part("source");
        const request = {
          type: "bulk",
          endpoint,
          length: packetSize,
          streamId: 1,
          timeout: PATIENCE,
        } as const;
        await expectCode(context.transfer(await context.use(place), request), "ENOSYS");
      }),
      parts: ["source"],
    },
    denied("parent", async ({ backend, device }) => {
      await expectCode(backend.getParent(device), "ENOSYS");
    }),
    denied("kernelDriver", async ({ backend, open }) => {
      const handle = await open();
      await expectCode(backend.isKernelDriverActive(handle, 0), "ENOSYS");
      await expectCode(backend.detachKernelDriver(handle, 0), "ENOSYS");
      await expectCode(backend.attachKernelDriver(handle, 0), "ENOSYS");
    }),
    denied("reset", async ({ backend, open }) => {
      await expectCode(backend.resetDevice(await open()), "ENOSYS");
    }),
    denied("clearHalt", async ({ backend, open }) => {
      await expectCode(backend.clearHalt(await open(), 0x81), "ENOSYS");
    }),
    denied("wrapSysDevice", async ({ backend }) => {
      await expectCode(backend.wrapSysDevice(0), "ENOSYS");
    }),
    untold("portNumbers", ["portNumbers"]),
    untold("speed", ["speed"]),
    untold("stringsWithoutOpening", ["product"]),
  ],
};
