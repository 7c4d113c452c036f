import { expect } from "vitest";
import type { Topic } from "../conformance-case.js";
import type { CaseContext } from "../context.js";
import { listDevice } from "../find-device.js";

/** What a listing tells. */
export const enumeration: Topic<CaseContext> = {
  name: "enumeration",
  cases: [
    {
      name: "lists the device once",
      run: async ({ backend, deviceUnderTest }) => {
        expect(await listDevice(backend, deviceUnderTest)).toHaveLength(1);
      },
    },
    {
      name: "gives every device a key of its own",
      run: async ({ backend }) => {
        const keys = (await backend.enumerateDevices()).map(({ key }) => key);
        expect(new Set(keys).size).toBe(keys.length);
      },
    },
    {
      name: "gives the same keys on each listing",
      run: async ({ backend }) => {
        const first = (await backend.enumerateDevices()).map(({ key }) => key);
        const second = (await backend.enumerateDevices()).map(({ key }) => key);
        expect(second).toEqual(first);
      },
    },
    {
      name: "gives the same key while the device is open",
      run: async ({ backend, device, deviceUnderTest, open }) => {
        const handle = await open();
        expect(handle.device.key).toBe(device.key);
        expect((await listDevice(backend, deviceUnderTest)).map(({ key }) => key)).toEqual([device.key]);
      },
    },
    {
      name: "lists from several calls at once",
      run: async ({ backend }) => {
        const lists = await Promise.all(Array.from({ length: 8 }, () => backend.enumerateDevices()));
        const [first, ...others] = lists.map((list) => list.map(({ key }) => key));
        for (const keys of others) expect(keys).toEqual(first);
      },
    },
    {
      name: "tells the ports from the root hub down",
      supports: ({ portNumbers }) => portNumbers,
      run: async ({ device }) => {
        expect(device.portNumbers?.length).toBeGreaterThan(0);
        for (const port of device.portNumbers ?? []) expect(port).toBeGreaterThan(0);
      },
    },
    {
      name: "tells the speed",
      supports: ({ speed }) => speed,
      parts: ["speed"],
      run: async (context) => {
        expect(context.device.speed).toBe(context.part("speed"));
      },
    },
    {
      name: "tells the strings without opening the device",
      supports: ({ stringsWithoutOpening }) => stringsWithoutOpening,
      run: async ({ device, deviceUnderTest }) => {
        const { manufacturer, product, serialNumber } = device;
        expect({ manufacturer, product, serialNumber }).toEqual(deviceUnderTest.strings);
      },
    },
    {
      name: "gives the hub that the device is plugged into",
      supports: ({ parent }) => parent,
      run: async ({ backend, device }) => {
        const parent = await backend.getParent(device);
        expect(parent?.key).not.toBe(device.key);
        if (parent !== undefined) expect(parent.bus).toBe(device.bus);
      },
    },
  ],
};
