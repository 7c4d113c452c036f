import { type DeviceFilter, devices, find, findAll } from "@tsusb/core";
import { expect } from "vitest";
import type { Topic } from "../conformance-case.js";
import type { ModelContext } from "../model-context.js";

/** What `find` and its kin find. */
export const finding: Topic<ModelContext> = {
  name: "finding",
  cases: [
    {
      name: "finds the device by each field that it has, and not by another value of it",
      run: async ({ backend, deviceUnderTest, filter, find: get }) => {
        const device = await get();
        const { manufacturer, product, serialNumber } = deviceUnderTest.strings;
        const fields: DeviceFilter[] = [
          { idVendor: device.idVendor },
          { idProduct: device.idProduct },
          { bcdDevice: device.bcdDevice },
          { bDeviceClass: device.bDeviceClass },
          { bDeviceSubClass: device.bDeviceSubClass },
          { bNumConfigurations: device.bNumConfigurations },
          { iSerialNumber: device.iSerialNumber },
          { manufacturer },
          { product },
          { serialNumber },
          ...(device.bus === undefined ? [] : [{ bus: device.bus }]),
          ...(device.address === undefined ? [] : [{ address: device.address }]),
          ...(device.speed === undefined ? [] : [{ speed: device.speed }]),
        ];
        for (const field of fields) {
          expect(await findAll({ ...field, backend }), JSON.stringify(field)).toContain(device);
          const [[key, value] = ["", 0]] = Object.entries(field);
          const other = typeof value === "number" ? (value > 1 ? value - 1 : value + 1) : `${value}?`;
          expect(await find({ ...filter, [key]: other }), `another ${key}`).toBeUndefined();
        }
      },
    },
    {
      name: "finds the device by its ports",
      supports: ({ portNumbers }) => portNumbers,
      run: async ({ backend, find: get }) => {
        const device = await get();
        const { portNumbers = [] } = device;
        expect(await findAll({ backend, portNumbers })).toContain(device);
        expect(await findAll({ backend, portNumbers: [...portNumbers, 9] })).toEqual([]);
      },
    },
    {
      name: "finds the device by the class of an interface",
      run: async ({ filter, find: get }) => {
        const device = await get();
        const { bInterfaceClass = 0, bInterfaceSubClass = 0 } = device.configurations[0]?.interfaces[0] ?? {};
        expect(await find({ ...filter, bInterfaceClass, bInterfaceSubClass })).toBe(device);
        expect(await find({ ...filter, bInterfaceClass: 0x0e })).toBeUndefined();
      },
    },
    {
      name: "asks customMatch last, and waits for its answer",
      run: async ({ filter, find: get }) => {
        const device = await get();
        const asked: unknown[] = [];
        const customMatch = async (each: unknown) => {
          asked.push(each);
          return false;
        };
        expect(await find({ ...filter, customMatch })).toBeUndefined();
        expect(asked).toEqual([device]);
        expect(await find({ ...filter, customMatch: () => true })).toBe(device);
      },
    },
    {
      name: "gives the same object on every listing",
      run: async ({ filter, find: get }) => {
        const device = await get();
        expect(await get()).toBe(device);
        expect(await findAll(filter)).toEqual([device]);
        for await (const each of devices(filter)) expect(each).toBe(device);
      },
    },
    {
      name: "throws a TypeError for a filter that it does not know",
      run: async ({ backend }) => {
        await expect(find({ backend, vendorId: 1 } as object)).rejects.toThrow(/vendorId/);
        await expect(find({ backend, vendorId: 1 } as object)).rejects.toBeInstanceOf(TypeError);
      },
    },
  ],
};
