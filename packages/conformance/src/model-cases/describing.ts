import { expect } from "vitest";
import type { Topic } from "../conformance-case.js";
import { expectBytes } from "../context.js";
import type { ModelContext } from "../model-context.js";

/** What a device tells of itself. */
export const describing: Topic<ModelContext> = {
  name: "describing",
  cases: [
    {
      name: "has the fields of the device descriptor",
      run: async ({ deviceUnderTest, find }) => {
        const device = await find();
        const bytes = deviceUnderTest.deviceDescriptor;
        const view = new DataView(bytes.buffer, bytes.byteOffset);
        expect(device).toMatchObject({
          bLength: bytes[0],
          bDescriptorType: bytes[1],
          bcdUSB: view.getUint16(2, true),
          bDeviceClass: bytes[4],
          bMaxPacketSize0: bytes[7],
          idVendor: view.getUint16(8, true),
          idProduct: view.getUint16(10, true),
          bcdDevice: view.getUint16(12, true),
          iProduct: bytes[15],
          bNumConfigurations: bytes[17],
        });
        expect(device.warnings).toEqual([]);
      },
    },
    {
      name: "has every configuration with the bytes it was read from",
      run: async ({ deviceUnderTest, find }) => {
        const device = await find();
        expect([...device]).toEqual([...device.configurations]);
        expect(device.configurations).toHaveLength(deviceUnderTest.configurationDescriptors.length);
        for (const [index, bytes] of deviceUnderTest.configurationDescriptors.entries()) {
          expectBytes(device.configurations[index]?.bytes, bytes);
          expect(device.configurations[index]?.bConfigurationValue).toBe(bytes[5]);
        }
      },
    },
    {
      name: "has the endpoints of an alternate setting",
      parts: ["bulkLoopback"],
      run: async (context) => {
        const { configurationValue, interfaceNumber, alternateSetting, ...pair } =
          context.part("bulkLoopback");
        const device = await context.find();
        const configuration = [...device].find((each) => each.bConfigurationValue === configurationValue);
        const alternate = configuration?.getInterface(interfaceNumber, alternateSetting);
        const endpoint = alternate?.endpoints.find(({ bEndpointAddress }) => bEndpointAddress === pair.in);
        expect(endpoint).toMatchObject({ direction: "in", type: "bulk", packetSize: pair.packetSize });
      },
    },
    {
      name: "reads its strings and language ids",
      run: async ({ deviceUnderTest, find }) => {
        const device = await find();
        expect(await device.getLangids()).toEqual([deviceUnderTest.langid]);
        expect(await device.getString(device.iProduct)).toBe(deviceUnderTest.strings.product);
        expect(await device.getString(0)).toBeUndefined();
        expect(await device.readStrings()).toEqual(deviceUnderTest.strings);
        expect(device.manufacturer).toBe(deviceUnderTest.strings.manufacturer);
      },
    },
  ],
};
