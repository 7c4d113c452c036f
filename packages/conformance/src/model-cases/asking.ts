import { control, type Device, util } from "@tsusb/core";
import { expect } from "vitest";
import type { Topic } from "../conformance-case.js";
import { expectBytes } from "../context.js";
import type { Place } from "../device-under-test.js";
import type { ModelContext } from "../model-context.js";

const { ENDPOINT_HALT } = control;

/** The alternate setting and the first endpoint of a place. */
function interfaceOf(device: Device, { configurationValue, interfaceNumber, alternateSetting }: Place) {
  const configuration = device.configurations.find((each) => each.bConfigurationValue === configurationValue);
  const alternate = configuration?.getInterface(interfaceNumber, alternateSetting);
  const [endpoint] = alternate?.endpoints ?? [];
  if (configuration === undefined || alternate === undefined || endpoint === undefined)
    throw new Error(`there is no endpoint in interface ${interfaceNumber} of ${device}`);
  return { configuration, alternate, endpoint };
}

/** Standard requests of USB 2.0 §9.4, by `control` and `util`. */
export const asking: Topic<ModelContext> = {
  name: "standard requests",
  cases: [
    {
      name: "selects a configuration and asks the device for it",
      run: async ({ find }) => {
        const device = await find();
        for (const { bConfigurationValue } of [...device.configurations].reverse()) {
          await control.setConfiguration(device, bConfigurationValue);
          expect(await control.getConfiguration(device)).toBe(bConfigurationValue);
        }
      },
    },
    {
      name: "asks for the status of the device, of an interface and of an endpoint",
      parts: ["bulkLoopback"],
      run: async (context) => {
        const place = context.part("bulkLoopback");
        const device = await context.use(place);
        const { configuration, alternate, endpoint } = interfaceOf(device, place);
        // USB 2.0 Table 9-10: bit 6 of bmAttributes, and bit 0 of the status (§9.4.5), both mean self powered.
        expect((await control.getStatus(device)) & 1).toBe((configuration.bmAttributes >> 6) & 1);
        expect(await control.getStatus(device, alternate)).toBe(0);
        expect(await control.getStatus(device, endpoint)).toBe(0);
        await expect(control.getStatus(device, 0 as never)).rejects.toBeInstanceOf(TypeError);
      },
    },
    {
      name: "asks for the device descriptor, which is the one that it has",
      run: async ({ deviceUnderTest, find }) => {
        const device = await find();
        const bytes = await control.getDescriptor(device, 18, util.DESC_TYPE_DEVICE, 0);
        expectBytes(bytes, deviceUnderTest.deviceDescriptor);
      },
    },
    {
      name: "selects an alternate setting and asks the device for it",
      parts: ["alternate"],
      run: async (context) => {
        const place = context.part("alternate");
        const device = await context.use({ ...place, alternateSetting: 0 });
        for (const setting of [place.alternateSetting, 0]) {
          await control.setInterface(device, place.interfaceNumber, setting);
          expect(await control.getInterface(device, place.interfaceNumber)).toBe(setting);
        }
      },
    },
    {
      name: "halts an endpoint and clears it, and the device tells",
      parts: ["bulkLoopback"],
      supports: ({ clearHalt }) => clearHalt,
      run: async (context) => {
        const place = context.part("bulkLoopback");
        const device = await context.use(place);
        for (const endpoint of interfaceOf(device, place).alternate.endpoints) {
          expect(await control.getStatus(device, endpoint)).toBe(0);
          await control.setFeature(device, ENDPOINT_HALT, endpoint);
          expect(await control.getStatus(device, endpoint)).toBe(1);
          await control.clearFeature(device, ENDPOINT_HALT, endpoint);
          expect(await control.getStatus(device, endpoint)).toBe(0);
          await control.setFeature(device, ENDPOINT_HALT, endpoint);
          await endpoint.clearHalt();
          expect(await control.getStatus(device, endpoint)).toBe(0);
        }
      },
    },
    {
      name: "asks for its strings by `util`",
      run: async ({ deviceUnderTest, find }) => {
        const device = await find();
        const { manufacturer, product, serialNumber } = deviceUnderTest.strings;
        expect(await util.getLangids(device)).toEqual([deviceUnderTest.langid]);
        expect(await util.getString(device, device.iManufacturer)).toBe(manufacturer);
        expect(await util.getString(device, device.iProduct)).toBe(product);
        expect(await util.getString(device, device.iSerialNumber)).toBe(serialNumber);
      },
    },
  ],
};
