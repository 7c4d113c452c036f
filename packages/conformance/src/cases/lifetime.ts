import { expect } from "vitest";
import type { Topic } from "../conformance-case.js";
import { type CaseContext, expectCode, PATIENCE } from "../context.js";

const GET_DEVICE_DESCRIPTOR = { bmRequestType: 0x80, bRequest: 6, wValue: 0x0100, wIndex: 0, wLength: 18 };

/** Long runs of opening, and the end of a backend. */
export const lifetime: Topic<CaseContext> = {
  name: "lifetime",
  cases: [
    {
      name: "opens and closes again and again",
      timeout: 60_000,
      run: async ({ backend, device, isSlow, open, controlIn }) => {
        for (let round = 0; round < (isSlow ? 50 : 1000); round++)
          await backend.closeDevice(await backend.openDevice(device));
        expect((await controlIn(await open(), 0x80, 6, 0x0100, 0, 18)).length).toBe(18);
      },
    },
    {
      name: "rejects everything with ERR_USB_CLOSED after it was closed, and is closed twice without complaint",
      closesBackend: true,
      run: async ({ backend, device, open }) => {
        const handle = await open();
        await backend.close();
        await backend.close();
        await expectCode(backend.enumerateDevices(), "ERR_USB_CLOSED");
        await expectCode(backend.openDevice(device), "ERR_USB_CLOSED");
        await expectCode(backend.getConfiguration(handle), "ERR_USB_CLOSED");
        const request = { type: "control", endpoint: 0, setup: GET_DEVICE_DESCRIPTOR, length: 18 } as const;
        await expectCode(backend.submit(handle, { ...request, timeout: PATIENCE }).done, "ERR_USB_CLOSED");
        await backend.closeDevice(handle);
      },
    },
    {
      name: "settles what is pending on every handle when it is closed",
      parts: ["silent"],
      closesBackend: true,
      run: async (context) => {
        const { endpoint, packetSize, ...place } = context.part("silent");
        const handle = await context.use(place);
        // Short, for libraries that cannot cancel and have one thread for all of them.
        const request = { type: "bulk", endpoint, length: packetSize, timeout: 500 } as const;
        const pending = Array.from({ length: 20 }, () => context.transfer(handle, request));
        await context.backend.close();
        for (const each of await Promise.all(pending))
          expect(["cancelled", "timedOut"]).toContain(each.status);
      },
    },
    {
      name: "is a new one when it is asked for again after it was closed",
      closesBackend: true,
      run: async ({ backend, create }) => {
        await backend.close();
        const next = await create();
        expect(next).not.toBe(backend);
        expect((await next.enumerateDevices()).length).toBeGreaterThan(0);
        await next.close();
      },
    },
  ],
};
