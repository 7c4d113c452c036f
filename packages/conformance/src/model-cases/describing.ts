import { Configuration, Interface, util } from "@tsusb/core";
import { expect } from "vitest";
import type { Topic } from "../conformance-case.js";
import { expectBytes } from "../context.js";
import type { ModelContext } from "../model-context.js";
import {
  CONFIGURATION_FIELDS,
  ENDPOINT_FIELDS,
  INTERFACE_FIELDS,
  pick,
  readFields,
} from "./descriptor-fields.js";

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
      name: "has the fields of each configuration, interface and endpoint",
      run: async ({ deviceUnderTest, find }) => {
        const device = await find();
        for (const [index, bytes] of deviceUnderTest.configurationDescriptors.entries()) {
          const configuration = device.configurations[index];
          expect(pick(configuration, CONFIGURATION_FIELDS)).toEqual(
            readFields(bytes, 0, CONFIGURATION_FIELDS),
          );
          let alternate: Interface | undefined;
          let [alternates, endpoints] = [0, 0];
          for (let offset = 0; offset < bytes.byteLength; offset += bytes[offset] || 1) {
            if (bytes[offset + 1] === util.DESC_TYPE_INTERFACE) {
              const expected = readFields(bytes, offset, INTERFACE_FIELDS);
              alternate = configuration?.getInterface(bytes[offset + 2] ?? 0, bytes[offset + 3] ?? 0);
              expect(pick(alternate, INTERFACE_FIELDS)).toEqual(expected);
              [alternates, endpoints] = [alternates + 1, 0];
            } else if (bytes[offset + 1] === util.DESC_TYPE_ENDPOINT) {
              const expected = readFields(bytes, offset, ENDPOINT_FIELDS);
              expect(pick(alternate?.endpoints[endpoints++], ENDPOINT_FIELDS)).toEqual(expected);
            }
          }
          expect(configuration?.interfaces).toHaveLength(alternates);
        }
      },
    },
    {
      name: "finds descriptors by their fields and by a function, one or all",
      run: async ({ find }) => {
        const device = await find();
        const [first] = device.configurations;
        const value = first?.bConfigurationValue ?? 0;
        const none = Math.max(...device.configurations.map((each) => each.bConfigurationValue)) + 1;
        const customMatch = (wanted: number) => (each: Configuration) => each.bConfigurationValue === wanted;
        expect(util.findDescriptor(device, { bConfigurationValue: value })).toBe(first);
        expect(util.findDescriptor(device, { bConfigurationValue: none })).toBeUndefined();
        expect(util.findDescriptors(device, { bConfigurationValue: value })).toEqual([first]);
        expect(util.findDescriptors(device, { bConfigurationValue: none })).toEqual([]);
        expect(util.findDescriptors(device)).toHaveLength(device.bNumConfigurations);
        expect(util.findDescriptor(device, { customMatch: customMatch(value) })).toBe(first);
        expect(util.findDescriptor(device, { customMatch: customMatch(none) })).toBeUndefined();
        expect(util.findDescriptors(device, { customMatch: customMatch(value) })).toEqual([first]);
        expect(util.findDescriptor(device, { bLength: 9, customMatch: customMatch(value) })).toBe(first);
        expect(util.findDescriptor(device, { bLength: 9, customMatch: customMatch(none) })).toBeUndefined();
        const configuration = util.findDescriptor(device);
        expect(configuration).toBeInstanceOf(Configuration);
        expect(configuration && util.findDescriptor(configuration)).toBeInstanceOf(Interface);
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
