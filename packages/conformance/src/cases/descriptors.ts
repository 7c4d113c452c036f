import { expect } from "vitest";
import type { Topic } from "../conformance-case.js";
import { type CaseContext, expectBytes, expectCode } from "../context.js";

/** A backend that knows descriptors only of open devices gets one. */
async function openIfNeeded(context: CaseContext): Promise<void> {
  if (context.backend.supports.descriptors === "onOpen") await context.open();
}

/** Descriptors as bytes. */
export const descriptors: Topic<CaseContext> = {
  name: "descriptors",
  cases: [
    {
      name: "gives the bytes of the device descriptor",
      run: async (context) => {
        await openIfNeeded(context);
        const { backend, device, deviceUnderTest } = context;
        expectBytes(await backend.getDeviceDescriptor(device), deviceUnderTest.deviceDescriptor);
      },
    },
    {
      name: "gives the bytes of every configuration by its index",
      run: async (context) => {
        await openIfNeeded(context);
        const { backend, device, deviceUnderTest } = context;
        for (const [index, expected] of deviceUnderTest.configurationDescriptors.entries())
          expectBytes(await backend.getConfigurationDescriptor(device, index), expected);
      },
    },
    {
      name: "rejects with ENOENT for a configuration index that does not exist",
      run: async (context) => {
        await openIfNeeded(context);
        const { backend, device, deviceUnderTest } = context;
        const beyond = deviceUnderTest.configurationDescriptors.length;
        await expectCode(backend.getConfigurationDescriptor(device, beyond), "ENOENT");
      },
    },
    {
      name: "gives a fresh array each time",
      run: async (context) => {
        await openIfNeeded(context);
        const { backend, device, deviceUnderTest } = context;
        (await backend.getDeviceDescriptor(device)).fill(0);
        (await backend.getConfigurationDescriptor(device, 0)).fill(0);
        expectBytes(await backend.getDeviceDescriptor(device), deviceUnderTest.deviceDescriptor);
        const [first] = deviceUnderTest.configurationDescriptors;
        if (first) expectBytes(await backend.getConfigurationDescriptor(device, 0), first);
      },
    },
    {
      name: "cuts the first interface out of the first configuration",
      run: async (context) => {
        await openIfNeeded(context);
        const { backend, device } = context;
        const whole = await backend.getConfigurationDescriptor(device, 0);
        const bytes = await backend.getInterfaceDescriptor(device, 0, 0, 0);
        const start = whole.findIndex((_, index) =>
          bytes.every((byte, offset) => whole[index + offset] === byte),
        );
        expect(start).toBeGreaterThanOrEqual(9);
        expect([...bytes.subarray(0, 2)]).toEqual([9, 4]);
        expect([undefined, 4]).toContain(whole[start + bytes.byteLength + 1]);
      },
    },
    {
      name: "cuts the first endpoint out of a pair's interface",
      parts: ["bulkLoopback"],
      run: async (context) => {
        await openIfNeeded(context);
        const { backend, device, deviceUnderTest } = context;
        const pair = context.part("bulkLoopback");
        const index = deviceUnderTest.configurationDescriptors.findIndex(
          (each) => each[5] === pair.configurationValue,
        );
        const first = await backend.getEndpointDescriptor(device, 0, 0, pair.alternateSetting, index);
        const second = await backend.getEndpointDescriptor(device, 1, 0, pair.alternateSetting, index);
        expect([first[2], second[2]].sort()).toEqual([pair.in, pair.out].sort());
        expect([...first.subarray(0, 2)]).toEqual([7, 5]);
      },
    },
    {
      name: "rejects with ENOENT for an interface, alternate setting or endpoint that does not exist",
      run: async (context) => {
        await openIfNeeded(context);
        const { backend, device } = context;
        await expectCode(backend.getInterfaceDescriptor(device, 31, 0, 0), "ENOENT");
        await expectCode(backend.getInterfaceDescriptor(device, 0, 31, 0), "ENOENT");
        await expectCode(backend.getEndpointDescriptor(device, 31, 0, 0, 0), "ENOENT");
      },
    },
  ],
};
