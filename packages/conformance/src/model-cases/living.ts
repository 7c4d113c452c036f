import { control, util } from "@tsusb/core";
import { expect } from "vitest";
import type { Topic } from "../conformance-case.js";
import { expectCode, PATIENCE, testBytes } from "../context.js";
import { findDevice, waitUntilGone } from "../find-device.js";
import type { ModelContext } from "../model-context.js";

/** Opening, closing, claims, and the end. */
export const living: Topic<ModelContext> = {
  name: "life of a device",
  cases: [
    {
      name: "opens and claims on first use",
      parts: ["bulkLoopback"],
      run: async (context) => {
        const pair = context.part("bulkLoopback");
        const device = await context.use(pair);
        await device.close();
        await device.open();
        expect(await device.write(pair.out, testBytes(7), PATIENCE)).toBe(7);
        expect(await device.read(pair.in, pair.packetSize, PATIENCE)).toEqual(testBytes(7));
        expect(device.isOpen).toBe(true);
      },
    },
    {
      name: "is not opened by reading its descriptors",
      run: async ({ find }) => {
        const device = await find();
        expect(device.configurations.length).toBeGreaterThan(0);
        expect(device.isOpen).toBe(false);
      },
    },
    {
      name: "rejects with ERR_USB_CLOSED after close until it is opened again",
      run: async ({ find }) => {
        const device = await find();
        await device.ctrlTransfer(0x80, 6, 0x0100, 0, 18);
        await device.close();
        await device.close();
        await expectCode(device.ctrlTransfer(0x80, 6, 0x0100, 0, 18), "ERR_USB_CLOSED");
        await device.open();
        expect(await device.ctrlTransfer(0x80, 6, 0x0100, 0, 18)).toHaveLength(18);
      },
    },
    {
      name: "is closed by Symbol.asyncDispose",
      run: async ({ find }) => {
        const device = await find();
        await device.open();
        await device[Symbol.asyncDispose]();
        expect(device.isOpen).toBe(false);
      },
    },
    {
      name: "settles what is pending when it is closed",
      parts: ["silent"],
      run: async (context) => {
        const { endpoint, packetSize, ...place } = context.part("silent");
        const device = await context.use(place);
        const canCancel = context.backend.supports.cancel !== "none";
        let pending = 20;
        const reads = Array.from({ length: pending }, () =>
          device
            .read(endpoint, packetSize, canCancel ? 0 : 500)
            .then(
              () => "read",
              (error: { code: string }) => error.code,
            )
            .finally(() => pending--),
        );
        await device.close();
        await Promise.resolve();
        expect(pending).toBe(0);
        const codes = ["EINTR", "ERR_USB_CLOSED", ...(canCancel ? [] : ["ETIMEDOUT"])];
        for (const code of await Promise.all(reads)) expect(codes).toContain(code);
      },
    },
    {
      name: "rejects with EBUSY what a separately opened device holds, until that is closed",
      parts: ["bulkLoopback"],
      run: async (context) => {
        const { interfaceNumber, ...place } = context.part("bulkLoopback");
        const device = await context.use({ interfaceNumber, ...place });
        const other = await device.openSeparately();
        expect(other).not.toBe(device);
        await expectCode(other.claimInterface(interfaceNumber), "EBUSY");
        await device.close();
        await other.claimInterface(interfaceNumber);
        await other.close();
      },
    },
    {
      name: "selects a configuration by its value, by its object, by itself and by default",
      run: async ({ find }) => {
        const device = await find();
        const [first] = device.configurations;
        if (first === undefined) throw new Error("the device has no configuration");
        const ways = [
          () => device.setConfiguration(first.bConfigurationValue),
          () => device.setConfiguration(first),
          () => first.set(),
          () => device.setConfiguration(),
        ];
        for (const select of ways) {
          await select();
          expect(await device.getActiveConfiguration()).toBe(first);
        }
      },
    },
    {
      name: "selects an alternate setting by numbers, by its object, by itself and by default",
      parts: ["alternate"],
      run: async (context) => {
        const { interfaceNumber, alternateSetting, ...place } = context.part("alternate");
        const device = await context.use({ ...place, interfaceNumber, alternateSetting: 0 });
        const alternate = (await device.getActiveConfiguration())?.getInterface(
          interfaceNumber,
          alternateSetting,
        );
        if (alternate === undefined) throw new Error(`${device} has no such alternate setting`);
        const ways = [
          () => device.setInterfaceAltsetting(interfaceNumber, alternateSetting),
          () => device.setInterfaceAltsetting(alternate),
          () => alternate.setAltsetting(),
        ];
        for (const select of ways) {
          await select();
          expect(await control.getInterface(device, interfaceNumber)).toBe(alternateSetting);
          await device.setInterfaceAltsetting(interfaceNumber, 0);
          expect(await control.getInterface(device, interfaceNumber)).toBe(0);
        }
        await device.setInterfaceAltsetting();
      },
    },
    {
      name: "keeps its default timeout and refuses one that is negative",
      run: async ({ find }) => {
        const device = await find();
        expect(device.defaultTimeout).toBe(1000);
        device.defaultTimeout = 1;
        expect(device.defaultTimeout).toBe(1);
        expect(() => {
          device.defaultTimeout = -1;
        }).toThrow(RangeError);
        expect(device.defaultTimeout).toBe(1);
      },
    },
    {
      name: "is opened again by its next use after its resources were given back",
      run: async ({ find }) => {
        const device = await find();
        await device.open();
        await util.disposeResources(device);
        expect(device.isOpen).toBe(false);
        expect(await device.ctrlTransfer(0x80, 6, 0x0100, 0, 18)).toHaveLength(18);
        expect(device.isOpen).toBe(true);
      },
    },
    {
      name: "stays the same object over a reset, with its claim and alternate setting",
      parts: ["alternate"],
      supports: ({ reset }) => reset,
      run: async (context) => {
        const place = context.part("alternate");
        const device = await context.use(place);
        await device.reset();
        expect(await control.getInterface(device, place.interfaceNumber)).toBe(place.alternateSetting);
        expect(await context.find()).toBe(device);
      },
    },
    {
      name: "selects a configuration although it holds an interface",
      run: async ({ find }) => {
        const device = await find();
        const [first] = device.configurations;
        if (first === undefined) throw new Error("the device has no configuration");
        await first.set();
        await device.claimInterface(0);
        await device.setConfiguration(first);
        expect(await device.getActiveConfiguration()).toBe(first);
      },
    },
    {
      name: "rejects with EBUSY, naming the endpoint, a change under a pending read",
      parts: ["silent"],
      run: async (context) => {
        const { endpoint, packetSize, ...place } = context.part("silent");
        const device = await context.use(place);
        const timeout = context.backend.supports.cancel === "none" ? 1000 : 0;
        const ended = device.read(endpoint, packetSize, timeout).catch(() => undefined);
        await device.ctrlTransfer(0x80, 6, 0x0100, 0, 18);
        const change = device.setInterfaceAltsetting(place.interfaceNumber, place.alternateSetting);
        const reason = await change.then(String, String);
        expect(reason).toContain(`0x${endpoint.toString(16)}`);
        await expectCode(device.setConfiguration(place.configurationValue), "EBUSY");
        await device.close();
        await ended;
      },
    },
    {
      name: "is gone after an unplug, and another object after a replug",
      control: true,
      run: async (context) => {
        const device = await context.find();
        await device.open();
        await context.control.unplug();
        try {
          await waitUntilGone(context.backend, context.deviceUnderTest);
          await expectCode(device.ctrlTransfer(0x80, 6, 0x0100, 0, 18), "ENODEV");
          expect(device.isGone).toBe(true);
          await device.close();
        } finally {
          await context.control.plug();
        }
        await expectCode(device.open(), "ENODEV");
        await findDevice(context.backend, context.deviceUnderTest);
        expect(await context.find()).not.toBe(device);
      },
    },
  ],
};
