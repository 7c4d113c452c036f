import { type Device, util } from "@tsusb/core";
import { describe, expect, expectTypeOf, it } from "vitest";
import { playSample } from "./sample-backend.js";
import { bytesOf, SAMPLES, type Sample } from "./usb/samples.js";

const STORAGE = SAMPLES[2] as Sample;
const GADGET_ZERO = SAMPLES[7] as Sample;

describe("constants of util", () => {
  it("are PyUSB's, with the two speeds that it lacks", () => {
    const { ...all } = util;
    const constants = Object.fromEntries(
      Object.entries(all).filter(([, value]) => typeof value === "number"),
    );
    expect(constants).toEqual({
      DESC_TYPE_DEVICE: 1,
      DESC_TYPE_CONFIG: 2,
      DESC_TYPE_STRING: 3,
      DESC_TYPE_INTERFACE: 4,
      DESC_TYPE_ENDPOINT: 5,
      ENDPOINT_IN: 0x80,
      ENDPOINT_OUT: 0,
      ENDPOINT_TYPE_CTRL: 0,
      ENDPOINT_TYPE_ISO: 1,
      ENDPOINT_TYPE_BULK: 2,
      ENDPOINT_TYPE_INTR: 3,
      CTRL_TYPE_STANDARD: 0,
      CTRL_TYPE_CLASS: 0x20,
      CTRL_TYPE_VENDOR: 0x40,
      CTRL_TYPE_RESERVED: 0x60,
      CTRL_RECIPIENT_DEVICE: 0,
      CTRL_RECIPIENT_INTERFACE: 1,
      CTRL_RECIPIENT_ENDPOINT: 2,
      CTRL_RECIPIENT_OTHER: 3,
      CTRL_OUT: 0,
      CTRL_IN: 0x80,
      SPEED_UNKNOWN: 0,
      SPEED_LOW: 1,
      SPEED_FULL: 2,
      SPEED_HIGH: 3,
      SPEED_SUPER: 4,
      SPEED_SUPER_PLUS: 5,
      SPEED_SUPER_PLUS_X2: 6,
    });
  });
});

describe("the parts of a number", () => {
  it("of every endpoint address are its number and its direction", () => {
    for (let address = 0; address <= 0xff; address += 1) {
      expect(util.endpointAddress(address)).toBe(address % 16);
      expect(util.endpointDirection(address)).toBe(address >= 128 ? util.ENDPOINT_IN : util.ENDPOINT_OUT);
      expect(util.endpointType(address)).toBe(address % 4);
      expect(util.ctrlDirection(address)).toBe(address >= 128 ? util.CTRL_IN : util.CTRL_OUT);
    }
  });

  it("make every request type of direction, type and recipient", () => {
    const made = [0, 0x80].flatMap((direction) =>
      [0, 0x20, 0x40, 0x60].flatMap((type) =>
        [0, 1, 2, 3].map((recipient) => util.buildRequestType(direction, type, recipient)),
      ),
    );
    expect(made).toEqual(
      [0, 0x20, 0x40, 0x60, 0x80, 0xa0, 0xc0, 0xe0].flatMap((high) => [0, 1, 2, 3].map((low) => high + low)),
    );
  });

  it.each([
    ["endpointAddress", () => util.endpointAddress(256), RangeError, /address.*256/],
    ["endpointDirection", () => util.endpointDirection(-1), RangeError, /address.*-1/],
    ["endpointType", () => util.endpointType(0.5), RangeError, /bmAttributes.*0\.5/],
    ["ctrlDirection", () => util.ctrlDirection("in" as never), TypeError, /bmRequestType.*"in"/],
    ["buildRequestType, direction", () => util.buildRequestType(1, 0, 0), RangeError, /direction.*0x01/],
    ["buildRequestType, type", () => util.buildRequestType(0x80, 0x80, 0), RangeError, /type.*0x80/],
    [
      "buildRequestType, recipient",
      () => util.buildRequestType(0x80, 0, 0x20),
      RangeError,
      /recipient.*0x20/,
    ],
    [
      "buildRequestType, nothing",
      () => util.buildRequestType(0x80, 0, undefined as never),
      TypeError,
      /recipient/,
    ],
  ])("is refused if it is wrong, by name and value: %s", (_, call, type, message) => {
    expect(call).toThrow(type);
    expect(call).toThrow(message);
  });
});

describe("util.createBuffer", () => {
  it("gives zeros", () => {
    expect(util.createBuffer(3)).toEqual(new Uint8Array(3));
    expect(util.createBuffer(0)).toHaveLength(0);
  });

  it.each([
    ["2", TypeError],
    [1.5, TypeError],
    [undefined, TypeError],
    [Number.NaN, TypeError],
    [[1], TypeError],
    [-1, RangeError],
  ])("refuses %s", (length, type) => {
    expect(() => util.createBuffer(length as never)).toThrow(type);
  });
});

describe("util.findDescriptor", () => {
  it("finds configurations, interfaces and endpoints by their fields", async () => {
    const { device } = await playSample(GADGET_ZERO);
    const configuration = util.findDescriptor(device, { bConfigurationValue: 2 });
    expect(configuration?.index).toBe(1);
    const setting = util.findDescriptor(device.configurations[0]?.interfaces ?? [], { bAlternateSetting: 1 });
    expect(setting?.bNumEndpoints).toBe(4);
    expect(
      util.findDescriptors(setting ?? [], { bmAttributes: 1 }).map((each) => each.bEndpointAddress),
    ).toEqual([0x82, 2]);
    expectTypeOf(configuration).toEqualTypeOf<Device["configurations"][number] | undefined>();
  });

  it("gives the first one without a filter, and undefined or nothing where none matches", async () => {
    const { device } = await playSample(GADGET_ZERO);
    expect(util.findDescriptor(device)).toBe(device.configurations[0]);
    expect(util.findDescriptors(device)).toEqual(device.configurations);
    expect(util.findDescriptor(device, { bConfigurationValue: 9 })).toBeUndefined();
    expect(util.findDescriptors(device, { bConfigurationValue: 9 })).toEqual([]);
    expect(util.findDescriptor([], { bLength: 1 } as never)).toBeUndefined();
  });

  it("takes 0 as a value", async () => {
    const { device } = await playSample(GADGET_ZERO);
    const settings = util.findDescriptors(device.configurations[0] ?? [], { bAlternateSetting: 0 });
    expect(settings.map((each) => each.bAlternateSetting)).toEqual([0]);
  });

  it("calls customMatch last, only for what matches everything else", async () => {
    const { device } = await playSample(GADGET_ZERO);
    const seen: number[] = [];
    const customMatch = (each: { readonly bConfigurationValue: number }) => {
      seen.push(each.bConfigurationValue);
      return false;
    };
    expect(util.findDescriptor(device, { bConfigurationValue: 2, customMatch })).toBeUndefined();
    expect(seen).toEqual([2]);
  });

  it.each([
    ["a field that descriptors of this kind do not have", { bEndpointAddress: 1 }, /bEndpointAddress/],
    ["such a field behind one that does not match", { bLength: 0, bEndpointAddress: 1 }, /bEndpointAddress/],
    ["a customMatch that is no function", { customMatch: true }, /customMatch.*true/],
    ["a customMatch that answers later", { customMatch: async () => false }, /customMatch.*promise/],
  ])("refuses %s", async (_, filter, message) => {
    const { device } = await playSample(GADGET_ZERO);
    expect(() => util.findDescriptors(device, filter as never)).toThrow(TypeError);
    expect(() => util.findDescriptors(device, filter as never)).toThrow(message);
  });
});

describe("util.findDescriptor with wrong arguments", () => {
  it.each([
    ["nothing to look in", [undefined], /descriptors .*undefined/],
    ["a promise to look in", [Promise.resolve([])], /descriptors .*await it/],
    ["a filter that is null", [[], null], /filter .*null/],
    ["something else than descriptors", [[5], { bLength: 9 }], /bLength/],
  ])("throws a TypeError that names %s", (_, [descriptors, filter], message) => {
    const call = () => util.findDescriptor(descriptors as never, filter as never);
    expect(call).toThrow(TypeError);
    expect(call).toThrow(message);
  });
});

describe("util's calls on a device", () => {
  it.each([
    ["claimInterface", (device: never) => util.claimInterface(device, 0)],
    ["releaseInterface", (device: never) => util.releaseInterface(device, 0)],
    ["disposeResources", (device: never) => util.disposeResources(device)],
    ["getLangids", (device: never) => util.getLangids(device)],
    ["getString", (device: never) => util.getString(device, 1)],
  ])("%s rejects what is no device", async (_, call) => {
    await expect(call(undefined as never)).rejects.toThrow(TypeError);
    await expect(call(undefined as never)).rejects.toThrow(/device .*undefined.*find\(\)/);
    await expect(call({} as never)).rejects.toThrow(/device .*Object/);
  });

  it("claim and release an interface, once each however often they are called", async () => {
    const { device, backend } = await playSample(STORAGE);
    await util.claimInterface(device, 0);
    await util.claimInterface(device, 0);
    const setting = device.configurations[0]?.interfaces[0];
    await util.releaseInterface(device, setting ?? 0);
    await util.releaseInterface(device, 0);
    expect(backend.calls).toEqual(["open", "claim 0", "release 0"]);
    await device.close();
  });

  it("disposeResources gives everything back and leaves the device usable", async () => {
    const { device, backend } = await playSample(STORAGE);
    await util.claimInterface(device, 0);
    await util.disposeResources(device);
    expect(device.isOpen).toBe(false);
    expect(backend.calls.slice(2).at(-1)).toBe("close");
    await util.disposeResources(device);
    expect(await device.getString(2)).toBe("Cruzer Blade");
    expect(backend.calls.filter((call) => call === "open")).toHaveLength(2);
    await device.close();
    await expect(device.getString(2)).rejects.toMatchObject({ code: "ERR_USB_CLOSED" });
  });

  it("getLangids asks the device", async () => {
    const { device } = await playSample(STORAGE);
    expect(await util.getLangids(device)).toEqual([0x0409, 0x0407]);
    await device.close();
  });

  it("getLangids rejects with EPIPE where the device has no strings", async () => {
    const { device } = await playSample(SAMPLES[1] as Sample);
    await expect(util.getLangids(device)).rejects.toMatchObject({ code: "EPIPE" });
    await device.close();
  });

  it("getString reads a string, in a language that the device has", async () => {
    const { device } = await playSample(STORAGE);
    expect(await util.getString(device, 1)).toBe("SanDisk");
    expect(await util.getString(device, 1, 0x0407)).toBe("SanDisk");
    await expect(util.getString(device, 1, 0x0411)).rejects.toMatchObject({ code: "EPIPE" });
    await expect(util.getString(device, 9)).rejects.toMatchObject({ code: "EPIPE" });
    await device.close();
  });

  it("getString gives undefined for index 0 without asking", async () => {
    const { device, backend } = await playSample(STORAGE);
    expect(await util.getString(device, 0)).toBeUndefined();
    expect(backend.calls).toEqual([]);
  });

  it("getString rejects with ENOENT where the device has no language", async () => {
    const { device } = await playSample({ ...STORAGE, langids: [], device: bytesOf(STORAGE.device) });
    await expect(util.getString(device, 1)).rejects.toMatchObject({ code: "ENOENT" });
    await device.close();
  });
});
