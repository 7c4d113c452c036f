import { inspect } from "node:util";
import { findAll, headline } from "@tsusb/core";
import { describe, expect, it } from "vitest";
import { deviceBytes } from "../support/fake-backend.js";
import { fixture } from "./fixture.js";

describe("console.log", () => {
  it("writes a device in one line: headline, product if known, open or gone", async () => {
    const { backend, plugged, device } = await fixture();
    expect(inspect(device)).toBe("<DEVICE ID 0525:a4a0 on Bus 001 Address 002>");
    await device.readStrings();
    expect(inspect(device)).toBe('<DEVICE ID 0525:a4a0 on Bus 001 Address 002, "Fake", open>');
    backend.unplug(plugged);
    await findAll({ backend });
    expect(inspect({ device })).toBe(
      '{ device: <DEVICE ID 0525:a4a0 on Bus 001 Address 002, "Fake", gone> }',
    );
  });

  it("writes configuration, interface and endpoint as PyUSB's repr", async () => {
    const { device } = await fixture();
    const [configuration] = device.configurations;
    const [interface_] = configuration?.interfaces ?? [];
    expect([configuration, interface_, interface_?.endpoints[0]].map((each) => inspect(each))).toEqual([
      "<CONFIGURATION 1: 100 mA>",
      "<INTERFACE 0: Vendor Specific>",
      "<ENDPOINT 0x81: Bulk IN>",
    ]);
  });

  it("asks the device nothing", async () => {
    const { backend, device } = await fixture();
    inspect(device, { depth: 10, showHidden: true });
    expect(backend.log).toEqual([]);
  });

  it("escapes what a device calls itself", async () => {
    const { device } = await fixture({ strings: { 1: "a", 2: "\u001b[2J", 3: "b" } });
    await device.readStrings();
    expect(inspect(device)).toContain('"\\u001b[2J"');
  });
});

describe("String()", () => {
  it("gives the headline", async () => {
    const { device } = await fixture();
    const [configuration] = device.configurations;
    const [interface_] = configuration?.interfaces ?? [];
    const endpoint = interface_?.endpoints[0];
    for (const each of [device, configuration, interface_, endpoint])
      expect(String(each)).toBe(headline(each as never));
  });
});

describe("JSON.stringify", () => {
  it("gives the descriptors of a device without cycles, its place and the strings that are known", async () => {
    const { device } = await fixture();
    await device.readStrings();
    const read = JSON.parse(JSON.stringify(device));
    expect(read).toMatchObject({
      idVendor: 0x0525,
      idProduct: 0xa4a0,
      bus: 1,
      address: 2,
      backend: "fake",
      product: "Fake",
      warnings: [],
    });
    expect(read.configurations[0].interfaces[0].endpoints[0]).toMatchObject({
      bEndpointAddress: 0x81,
      direction: "in",
      type: "bulk",
    });
    expect(read.configurations.map((each: { interfaces: unknown[] }) => each.interfaces.length)).toEqual([
      5, 1,
    ]);
  });

  it("gives descriptors that are not parsed as numbers", async () => {
    const { device } = await fixture({
      descriptor: deviceBytes({ bNumConfigurations: 1 }),
      configurations: [Uint8Array.of(9, 2, 13, 0, 0, 1, 0, 0x80, 50, 4, 0xff, 1, 2)],
    });
    expect(JSON.parse(JSON.stringify(device.configurations[0])).extraDescriptors).toEqual([
      { bDescriptorType: 0xff, bytes: [4, 0xff, 1, 2] },
    ]);
  });
});

describe("the keys of a device", () => {
  it("are its fields: nothing internal", async () => {
    const { device } = await fixture();
    expect(Object.getOwnPropertySymbols(device)).toEqual([]);
    expect(Object.keys(device)).toContain("idVendor");
  });
});
