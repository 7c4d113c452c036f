import { control, type Device, type Endpoint, type Interface } from "@tsusb/core";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { playSample, type SampleBackend } from "./sample-backend.js";
import { SAMPLES, type Sample } from "./usb/samples.js";

let device: Device;
let backend: SampleBackend;
let setting: Interface;
let endpoint: Endpoint;

beforeEach(async () => {
  ({ device, backend } = await playSample(SAMPLES[7] as Sample));
  backend.answer = () => new Uint8Array(64);
  setting = device.configurations[0]?.interfaces[0] as Interface;
  endpoint = setting.endpoints[0] as Endpoint;
});

afterEach(() => device.close());

/** The setup packets that reached the backend, as `bmRequestType bRequest wValue wIndex wLength` in hex. */
const sent = () =>
  backend.requests.map(({ setup }) =>
    [setup?.bmRequestType, setup?.bRequest, setup?.wValue, setup?.wIndex, setup?.wLength]
      .map((each) => each?.toString(16))
      .join(" "),
  );

describe("constants of control", () => {
  it("are PyUSB's", () => {
    const { ...all } = control;
    expect(Object.fromEntries(Object.entries(all).filter(([, value]) => typeof value === "number"))).toEqual({
      ENDPOINT_HALT: 0,
      FUNCTION_SUSPEND: 0,
      DEVICE_REMOTE_WAKEUP: 1,
      U1_ENABLE: 48,
      U2_ENABLE: 49,
      LTM_ENABLE: 50,
    });
  });
});

describe("control.getStatus", () => {
  it("asks the recipient and reads the low byte first", async () => {
    backend.answer = () => Uint8Array.of(0x34, 0x12);
    expect(await control.getStatus(device)).toBe(0x1234);
    await control.getStatus(device, setting);
    await control.getStatus(device, endpoint);
    expect(sent()).toEqual(["80 0 0 0 2", "81 0 0 0 2", "82 0 0 81 2"]);
  });

  it("rejects with EIO if the answer is short", async () => {
    backend.answer = () => Uint8Array.of(1);
    await expect(control.getStatus(device)).rejects.toMatchObject({ code: "EIO" });
  });
});

describe("control.clearFeature and control.setFeature", () => {
  it("clear a halt through clearHalt, which resets the host's side too", async () => {
    await control.clearFeature(device, control.ENDPOINT_HALT, endpoint);
    expect(backend.calls).toContain("clear halt 0x81");
    expect(sent()).toEqual([]);
  });

  it("send FUNCTION_SUSPEND to an interface, although its number is that of ENDPOINT_HALT", async () => {
    await control.setFeature(device, control.FUNCTION_SUSPEND, setting);
    await control.clearFeature(device, control.FUNCTION_SUSPEND, setting);
    expect(sent()).toEqual(["1 3 0 0 0", "1 1 0 0 0"]);
  });

  it("send other features to the recipient", async () => {
    await control.setFeature(device, control.ENDPOINT_HALT, endpoint);
    await control.setFeature(device, control.DEVICE_REMOTE_WAKEUP);
    await control.clearFeature(device, control.U1_ENABLE);
    await control.clearFeature(device, 7, endpoint);
    expect(sent()).toEqual(["2 3 0 81 0", "0 3 1 0 0", "0 1 30 0 0", "2 1 7 81 0"]);
  });

  it.each([["setFeature"], ["clearFeature"]] as const)(
    "%s refuses feature 0 of the device, which has none",
    async (name) => {
      await expect(control[name](device, 0)).rejects.toThrow(TypeError);
      expect(sent()).toEqual([]);
    },
  );

  it.each([
    [-1, RangeError],
    [0x10000, RangeError],
    ["1", TypeError],
  ])("refuse feature %s", async (feature, type) => {
    await expect(control.setFeature(device, feature as never)).rejects.toThrow(type);
    await expect(control.clearFeature(device, feature as never)).rejects.toThrow(/^feature/);
  });
});

describe("a recipient", () => {
  it.each([[0], [0x81], [null], ["device"], [{}]])(
    "that is none is refused by name: %s",
    async (recipient) => {
      for (const call of [
        control.getStatus(device, recipient as never),
        control.setFeature(device, 1, recipient as never),
        control.clearFeature(device, 1, recipient as never),
      ])
        await expect(call).rejects.toThrow(/^recipient must be/);
      expect(sent()).toEqual([]);
    },
  );

  it("that is a device is refused", async () => {
    await expect(control.getStatus(device, device as never)).rejects.toThrow(TypeError);
  });
});

describe("control.getDescriptor and control.setDescriptor", () => {
  it("ask for type, index and language", async () => {
    backend.answer = () => new Uint8Array(300).fill(7);
    expect(await control.getDescriptor(device, 18, 0x22, 5)).toEqual(new Uint8Array(18).fill(7));
    await control.getDescriptor(device, 255, 1, 0, 0x0409);
    expect(sent()).toEqual(["80 6 2205 0 12", "80 6 100 409 ff"]);
  });

  it("reject with EIO if fewer than two bytes came", async () => {
    backend.answer = () => Uint8Array.of(2);
    await expect(control.getDescriptor(device, 18, 1, 0)).rejects.toMatchObject({ code: "EIO" });
  });

  it("send a descriptor with wIndex 0 unless told otherwise", async () => {
    await control.setDescriptor(device, [4, 3, 65, 0], 3, 7);
    await control.setDescriptor(device, [4, 3, 65, 0], 3, 7, 0x0409);
    expect(sent()).toEqual(["0 7 307 0 4", "0 7 307 409 4"]);
    expect(backend.requests[0]?.data).toEqual(Uint8Array.of(4, 3, 65, 0));
  });

  it.each([
    ["size", () => control.getDescriptor(device, 65_536, 1, 0)],
    ["type", () => control.getDescriptor(device, 18, 256, 0)],
    ["index", () => control.getDescriptor(device, 18, 1, -1)],
    ["type", () => control.setDescriptor(device, [], 256, 0)],
    ["wIndex", () => control.getDescriptor(device, 18, 1, 0, 65_536)],
  ])("refuse a %s that is out of range", async (name, call) => {
    await expect(call()).rejects.toThrow(RangeError);
    await expect(call()).rejects.toThrow(name);
  });
});

describe("configuration and interface", () => {
  it("are asked on the wire", async () => {
    backend.answer = () => Uint8Array.of(3);
    expect(await control.getConfiguration(device)).toBe(3);
    expect(await control.getInterface(device, 0)).toBe(3);
    expect(sent()).toEqual(["80 8 0 0 1", "81 a 0 0 1"]);
    expect(backend.calls).toContain("claim 0");
  });

  it("reject with EIO if the answer is empty", async () => {
    backend.answer = () => new Uint8Array();
    await expect(control.getConfiguration(device)).rejects.toMatchObject({ code: "EIO" });
    await expect(control.getInterface(device, 0)).rejects.toMatchObject({ code: "EIO" });
  });

  it("are set through the device", async () => {
    await control.setInterface(device, 0, 1);
    expect(backend.calls.slice(-1)).toEqual(["altsetting 0 1"]);
    await control.setConfiguration(device, 2);
    expect(backend.calls.slice(-1)).toEqual(["configuration 2"]);
  });

  it("a refusal is EPIPE", async () => {
    backend.answer = () => undefined;
    await expect(control.getConfiguration(device)).rejects.toMatchObject({ code: "EPIPE" });
  });

  it("take a signal, as every transfer does", async () => {
    const signal = AbortSignal.abort("enough");
    await expect(control.getConfiguration(device, { signal })).rejects.toMatchObject({
      code: "ABORT_ERR",
      cause: "enough",
    });
  });
});

describe("control on what is no device", () => {
  it.each([
    ["getStatus", (device: never) => control.getStatus(device)],
    ["clearFeature", (device: never) => control.clearFeature(device, 1)],
    ["setFeature", (device: never) => control.setFeature(device, 1)],
    ["getDescriptor", (device: never) => control.getDescriptor(device, 18, 1, 0)],
    ["setDescriptor", (device: never) => control.setDescriptor(device, [], 1, 0)],
    ["getConfiguration", (device: never) => control.getConfiguration(device)],
    ["setConfiguration", (device: never) => control.setConfiguration(device, 1)],
    ["getInterface", (device: never) => control.getInterface(device, 0)],
    ["setInterface", (device: never) => control.setInterface(device, 0, 0)],
  ])("%s rejects with a TypeError that names it", async (_, call) => {
    await expect(call(undefined as never)).rejects.toThrow(TypeError);
    await expect(call(undefined as never)).rejects.toThrow(/device .*undefined.*find\(\)/);
    await expect(call(Promise.resolve(device) as never)).rejects.toThrow(/await it/);
  });
});
