import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { type Device, find } from "@tsusb/core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { BusClient } from "../../../testbed/bus/client.js";
import { getBackend, type LibUsb0Backend } from "../src/index.js";

const run = promisify(execFile);

let backend: LibUsb0Backend;
let bus: BusClient;
let device: Device;

beforeAll(async () => {
  backend = await getBackend();
  bus = await BusClient.connect();
});

beforeEach(async () => {
  const found = await find({ idVendor: 0x1209, idProduct: 0x0001, backend });
  if (found === undefined) throw new Error("the bus does not have the played device");
  device = await found.open();
});

afterEach(() => device.close());

afterAll(async () => {
  await backend.close();
  bus.close();
});

describe("opening without permission", () => {
  it("rejects with EACCES, naming node, owner, mode and the udev rule to add", async () => {
    // What nobody may read the library does not list.
    await bus.setNode("zero", 0o644, 0, 6);
    try {
      // Root may open everything: nobody asks.
      const nobody = 65534;
      const { stdout } = await run(
        process.execPath,
        [fileURLToPath(new URL("open-refused.mjs", import.meta.url))],
        { uid: nobody, gid: nobody, timeout: 15_000 },
      );
      const { code, backendErrorCode, hint } = JSON.parse(stdout);
      expect({ code, backendErrorCode }).toEqual({ code: "EACCES", backendErrorCode: -13 });
      expect(hint).toMatch(/^\/dev\/bus\/usb\/001\/\d{3} belongs to root:disk with mode 0644; /);
      expect(hint).toContain('SUBSYSTEM=="usb", ATTR{idVendor}=="1209", ATTR{idProduct}=="0001"');
      expect(hint).toContain("/etc/udev/rules.d/");
    } finally {
      await bus.setNode("zero", 0o666);
    }
  });
});

describe("claiming what somebody holds", () => {
  it("rejects with EBUSY, naming the kernel's driver", async () => {
    const keyboard = await find({ idVendor: 0x1209, idProduct: 0x0002, backend });
    const refused = keyboard?.claimInterface(0);
    await expect(refused).rejects.toMatchObject({
      code: "EBUSY",
      backendErrorCode: -16,
      hint: expect.stringContaining('"usbhid"'),
    });
  });

  it("rejects with EBUSY, naming this process when it is another handle of ours", async () => {
    await device.claimInterface(0);
    const other = await device.openSeparately();
    await expect(other.claimInterface(0)).rejects.toMatchObject({
      code: "EBUSY",
      hint: expect.stringContaining("this process"),
    });
    await other.close();
  });

  it("names the kernel's driver and takes it off, for good", async () => {
    const keyboards = await backend.enumerateDevices();
    const keyboard = keyboards.find(({ product }) => product === "Played Keyboard");
    if (keyboard === undefined) throw new Error("the bus does not have the keyboard");
    const handle = await backend.openDevice(keyboard);
    expect(await backend.getDriver(handle, 0)).toBe("usbhid");
    await backend.detachDriver(handle, 0);
    expect(await backend.getDriver(handle, 0)).toBeUndefined();
    await expect(backend.detachDriver(handle, 0)).rejects.toMatchObject({ code: "ENOENT" });
    await backend.claimInterface(handle, 0);
    await backend.closeDevice(handle);
    // For those who come after: nothing else gives it back.
    await bus.unplug("keyboard");
    await bus.replug("keyboard");
  });
});

describe("a handle that the library cannot wait on", () => {
  it("is refused with ENOMEM where the process has so many files open that it would end it", async () => {
    const { stdout } = await run(
      process.execPath,
      [fileURLToPath(new URL("many-files.mjs", import.meta.url))],
      { timeout: 15_000 },
    );
    expect(JSON.parse(stdout)).toEqual({ code: "ENOMEM", backendErrorCode: -24, later: 512 });
  });
});

describe("an endpoint that cannot be used", () => {
  it("is answered with those that exist", async () => {
    const refused = device.read(0x8f, 64);
    await expect(refused).rejects.toMatchObject({ code: "ENOENT" });
    await expect(refused).rejects.toThrow(/0x81 \(bulk IN, interface 0\)/);
  });

  it("is answered with the direction that it has", async () => {
    await expect(device.read(0x01, 64)).rejects.toMatchObject({
      code: "ENOENT",
      hint: expect.stringContaining("write to it"),
    });
    await device.write(0x04, [1, 2, 3]);
    await expect(device.read(0x04, 64)).rejects.toMatchObject({ code: "ENOENT" });
    await expect(device.write(0x84, [1])).rejects.toMatchObject({
      code: "ENOENT",
      hint: expect.stringContaining("read from it"),
    });
  });

  it("is answered with the alternate setting that has it", async () => {
    await expect(device.read(0x83, 64)).rejects.toMatchObject({
      code: "ENOENT",
      hint: expect.stringContaining("setInterfaceAltsetting(1, 1)"),
    });
    await device.setInterfaceAltsetting(1, 1);
    await device.write(0x03, "now it is there");
    expect(Buffer.from(await device.read(0x83, 64)).toString()).toBe("now it is there");
  });
});
