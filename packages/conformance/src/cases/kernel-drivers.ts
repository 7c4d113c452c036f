import { expect } from "vitest";
import type { Topic } from "../conformance-case.js";
import { type CaseContext, expectCode } from "../context.js";

/** The system's drivers, on an interface that none of them wants. */
export const kernelDrivers: Topic<CaseContext> = {
  name: "kernel drivers",
  cases: [
    {
      name: "tells that no driver holds an interface that none wants",
      parts: ["bulkLoopback"],
      supports: ({ kernelDriver }) => kernelDriver,
      run: async (context) => {
        const { configurationValue, interfaceNumber } = context.part("bulkLoopback");
        const handle = await context.configure(configurationValue);
        expect(await context.backend.isKernelDriverActive(handle, interfaceNumber)).toBe(false);
      },
    },
    {
      name: "rejects with ENOENT to detach a driver that is not there",
      parts: ["bulkLoopback"],
      supports: ({ kernelDriver }) => kernelDriver,
      run: async (context) => {
        const { configurationValue, interfaceNumber } = context.part("bulkLoopback");
        const handle = await context.configure(configurationValue);
        await expectCode(context.backend.detachKernelDriver(handle, interfaceNumber), "ENOENT");
      },
    },
    {
      name: "rejects with EBUSY to attach a driver to an interface that is claimed",
      parts: ["bulkLoopback"],
      supports: ({ kernelDriver }) => kernelDriver,
      run: async (context) => {
        const place = context.part("bulkLoopback");
        const handle = await context.use(place);
        await expectCode(context.backend.attachKernelDriver(handle, place.interfaceNumber), "EBUSY");
      },
    },
    {
      name: "opens with the automatic detaching of drivers where it is supported",
      supports: ({ autoDetach }) => autoDetach,
      run: async ({ backend, device }) => {
        const handle = await backend.openDevice(device, { autoDetachKernelDriver: true });
        await backend.closeDevice(handle);
      },
    },
  ],
};
