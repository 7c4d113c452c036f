import { expect } from "vitest";
import type { Topic } from "../conformance-case.js";
import { type CaseContext, expectBytes, expectCode } from "../context.js";

/** Milliseconds after which a transfer ends by itself where the library cannot cancel it. */
const TIMEOUT = 1000;

const GET_DEVICE_DESCRIPTOR = [0x80, 6, 0x0100, 0, 18] as const;

/** Handles: opening, closing, and what is left after that. */
export const opening: Topic<CaseContext> = {
  name: "opening",
  cases: [
    {
      name: "opens, and the handle answers",
      run: async (context) => {
        const handle = await context.open();
        const { status, data } = await context.controlIn(handle, ...GET_DEVICE_DESCRIPTOR);
        expect(status).toBe("completed");
        expectBytes(data, context.deviceUnderTest.deviceDescriptor);
      },
    },
    {
      name: "closes twice without complaint",
      run: async ({ backend, device }) => {
        const handle = await backend.openDevice(device);
        await backend.closeDevice(handle);
        await backend.closeDevice(handle);
      },
    },
    {
      name: "has two handles of one device open at once, each by itself",
      run: async (context) => {
        const first = await context.open();
        const second = await context.open();
        await context.backend.closeDevice(first);
        expect((await context.controlIn(second, ...GET_DEVICE_DESCRIPTOR)).status).toBe("completed");
      },
    },
    {
      name: "rejects use after closing with ERR_USB_CLOSED",
      run: async (context) => {
        const handle = await context.open();
        await context.backend.closeDevice(handle);
        await expectCode(context.controlIn(handle, ...GET_DEVICE_DESCRIPTOR), "ERR_USB_CLOSED");
        await expectCode(context.backend.getConfiguration(handle), "ERR_USB_CLOSED");
        await expectCode(context.backend.claimInterface(handle, 0), "ERR_USB_CLOSED");
      },
    },
    {
      name: "settles 100 pending reads as cancelled when the handle is closed",
      supports: ({ cancel }) => cancel !== "none",
      parts: ["silent"],
      run: async (context) => {
        const silent = context.part("silent");
        const handle = await context.use(silent);
        const request = {
          type: "bulk",
          endpoint: silent.endpoint,
          length: silent.packetSize,
          timeout: 0,
        } as const;
        const pending = Array.from({ length: 100 }, () => context.transfer(handle, request));
        await context.backend.closeDevice(handle);
        const statuses = (await Promise.all(pending)).map(({ status }) => status);
        expect(new Set(statuses)).toEqual(new Set(["cancelled"]));
      },
    },
    {
      name: "settles what is pending before closing resolves",
      parts: ["silent"],
      run: async (context) => {
        const silent = context.part("silent");
        const handle = await context.use(silent);
        let isSettled = false;
        const length = silent.packetSize;
        const done = context
          .transfer(handle, { type: "bulk", endpoint: silent.endpoint, length, timeout: TIMEOUT })
          .then(({ status }) => {
            isSettled = true;
            return status;
          });
        await context.backend.closeDevice(handle);
        await Promise.resolve();
        expect(isSettled).toBe(true);
        const ends = context.backend.supports.cancel === "none" ? ["cancelled", "timedOut"] : ["cancelled"];
        expect(ends).toContain(await done);
      },
    },
  ],
};
