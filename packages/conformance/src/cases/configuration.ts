import { expect } from "vitest";
import type { Topic } from "../conformance-case.js";
import { type CaseContext, expectCode } from "../context.js";
import type { DeviceUnderTest } from "../device-under-test.js";

const valuesOf = ({ configurationDescriptors }: DeviceUnderTest) =>
  configurationDescriptors.map((bytes) => bytes[5] ?? 0);

/** The configuration: asking and selecting. */
export const configuration: Topic<CaseContext> = {
  name: "configuration",
  cases: [
    {
      name: "selects every configuration by its value and tells it afterwards",
      run: async ({ backend, deviceUnderTest, open }) => {
        const handle = await open();
        for (const value of [...valuesOf(deviceUnderTest)].reverse()) {
          await backend.setConfiguration(handle, value);
          expect(await backend.getConfiguration(handle)).toBe(value);
        }
      },
    },
    {
      name: "tells the value that the device itself tells",
      run: async ({ backend, controlIn, deviceUnderTest, configure }) => {
        const handle = await configure(valuesOf(deviceUnderTest)[0] ?? 0);
        const { data } = await controlIn(handle, 0x80, 8, 0, 0, 1);
        expect(data?.[0]).toBe(await backend.getConfiguration(handle));
      },
    },
    {
      name: "unconfigures the device with 0, and it has no interfaces then",
      run: async ({ backend, deviceUnderTest, open }) => {
        const handle = await open();
        try {
          await backend.setConfiguration(handle, 0);
          expect(await backend.getConfiguration(handle)).toBe(0);
          await expectCode(backend.claimInterface(handle, 0), "ENOENT");
        } finally {
          await backend.setConfiguration(handle, valuesOf(deviceUnderTest)[0] ?? 0);
        }
      },
    },
    {
      name: "rejects with ENOENT for a value that does not exist",
      run: async ({ backend, deviceUnderTest, open }) => {
        const handle = await open();
        await expectCode(
          backend.setConfiguration(handle, Math.max(...valuesOf(deviceUnderTest)) + 1),
          "ENOENT",
        );
      },
    },
    {
      name: "rejects with EBUSY while this handle holds an interface",
      run: async ({ backend, deviceUnderTest, configure }) => {
        const value = valuesOf(deviceUnderTest)[0] ?? 0;
        const handle = await configure(value);
        await backend.claimInterface(handle, 0);
        await expectCode(backend.setConfiguration(handle, value), "EBUSY");
      },
    },
    {
      name: "rejects with EBUSY while another handle holds an interface",
      run: async ({ backend, deviceUnderTest, configure, open }) => {
        const value = valuesOf(deviceUnderTest)[0] ?? 0;
        const holder = await configure(value);
        await backend.claimInterface(holder, 0);
        await expectCode(backend.setConfiguration(await open(), value), "EBUSY");
      },
    },
  ],
};
