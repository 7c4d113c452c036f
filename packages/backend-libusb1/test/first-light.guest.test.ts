import { randomBytes } from "node:crypto";
import { getBackend } from "@tsusb/backend-libusb1";
import { type Device, find, type IBackend } from "@tsusb/core";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { HostChannel } from "../../../testbed/guest/host-channel.js";

let backend: IBackend;
const opened: Device[] = [];

beforeAll(async () => {
  backend = await getBackend();
});

afterEach(async () => {
  await Promise.all(opened.splice(0).map((device) => device.close()));
});

afterAll(() => backend.close());

/** What a test finds is closed behind it. */
async function the(filter: Parameters<typeof find>[0]): Promise<Device> {
  const device = await find({ ...filter, backend });
  if (device === undefined) throw new Error(`the guest has no device with ${JSON.stringify(filter)}`);
  opened.push(device);
  // One that an earlier test closed stays closed until it is told otherwise.
  return device.open();
}

const SPEEDS = [
  ["high speed", "zero-hs-0123456789"],
  ["super speed", "zero-ss-0123456789"],
] as const;

describe.each(SPEEDS)("gadget zero at %s", (_, serialNumber) => {
  it("gives back 1 MiB of random bytes from its loopback", async () => {
    const device = await the({ idVendor: 0x0525, idProduct: 0xa4a0, serialNumber });
    await device.setConfiguration(2);
    const active = await device.getActiveConfiguration();
    const endpoints = active?.getInterface(0)?.endpoints ?? [];
    const into = endpoints.find((each) => each.direction === "in");
    const out = endpoints.find((each) => each.direction === "out");
    if (into === undefined || out === undefined) throw new Error("configuration 2 has no loopback pair");
    const sent = randomBytes(1024 * 1024);
    const chunk = 4096;
    const received: Uint8Array[] = [];
    for (let at = 0; at < sent.length; at += chunk) {
      const [count, data] = await Promise.all([
        out.write(sent.subarray(at, at + chunk), { timeout: 10_000 }),
        into.read(chunk, { timeout: 10_000 }),
      ]);
      expect(count).toBe(chunk);
      received.push(data);
    }
    expect(Buffer.concat(received).equals(sent)).toBe(true);
  });

  it("gives back 4096 bytes by vendor requests 0x5b and 0x5c", async () => {
    const device = await the({ idVendor: 0x0525, idProduct: 0xa4a0, serialNumber });
    await device.setConfiguration(3);
    const sent = randomBytes(4096);
    expect(await device.ctrlTransfer(0x40, 0x5b, 0, 0, sent)).toBe(4096);
    const received = await device.ctrlTransfer(0xc0, 0x5c, 0, 0, 4096);
    expect(Buffer.from(received).equals(sent)).toBe(true);
  });
});

describe("QEMU's usb-storage by bulk-only transport", () => {
  // Source: USB Mass Storage Class, Bulk-Only Transport 1.0, §5.1 and §5.2.
  const CBW_SIGNATURE = 0x43425355;
  const CSW_SIGNATURE = 0x53425355;

  async function command(device: Device, bytes: readonly number[], length: number): Promise<Buffer> {
    const active = await device.getActiveConfiguration();
    const endpoints = active?.getInterface(0)?.endpoints ?? [];
    const into = endpoints.find((each) => each.direction === "in");
    const out = endpoints.find((each) => each.direction === "out");
    if (into === undefined || out === undefined) throw new Error("the disk has no bulk pair");
    const tag = 0x12345678;
    const wrapper = Buffer.alloc(31);
    wrapper.writeUInt32LE(CBW_SIGNATURE, 0);
    wrapper.writeUInt32LE(tag, 4);
    wrapper.writeUInt32LE(length, 8);
    wrapper.writeUInt8(0x80, 12);
    wrapper.writeUInt8(bytes.length, 14);
    wrapper.set(bytes, 15);
    await out.write(wrapper);
    const data = await into.read(length, { timeout: 10_000 });
    const status = Buffer.from(await into.read(13, { timeout: 10_000 }));
    expect(status.readUInt32LE(0)).toBe(CSW_SIGNATURE);
    expect(status.readUInt32LE(4)).toBe(tag);
    expect(status.readUInt8(12)).toBe(0);
    return Buffer.from(data);
  }

  it("answers INQUIRY and READ CAPACITY, its driver detached and given back", async () => {
    const device = await the({ idVendor: 0x46f4, idProduct: 0x0001, bInterfaceClass: 0x08 });
    await device.open({ autoDetachKernelDriver: true });
    expect(await device.isKernelDriverActive(0)).toBe(true);
    // Source: SPC-3 §6.4 (INQUIRY, 36 bytes), SBC-2 §5.10 (READ CAPACITY (10), 8 bytes).
    const inquiry = await command(device, [0x12, 0, 0, 0, 36, 0], 36);
    expect(inquiry.toString("latin1", 8, 16).trim()).toBe("QEMU");
    expect(inquiry.toString("latin1", 16, 32).trim()).toBe("QEMU HARDDISK");
    const capacity = await command(device, [0x25, 0, 0, 0, 0, 0, 0, 0, 0, 0], 8);
    expect(capacity.readUInt32BE(4)).toBe(512);
    expect(capacity.readUInt32BE(0) + 1).toBeGreaterThanOrEqual(2048);
    await device.close();
    const again = await device.openSeparately();
    opened.push(again);
    expect(await again.isKernelDriverActive(0)).toBe(true);
  });
});

describe("QEMU's usb-kbd", () => {
  const host = new HostChannel();
  // Source: HID Usage Tables 1.12, table 12, keyboard page.
  const USAGES = { t: 0x17, s: 0x16, u: 0x18 } as const;

  it("sends key presses on its interrupt endpoint, its driver detached before and given back after", async () => {
    const device = await the({ product: "QEMU USB Keyboard" });
    expect(await device.isKernelDriverActive(0)).toBe(true);
    await device.detachKernelDriver(0);
    expect(await device.isKernelDriverActive(0)).toBe(false);
    const active = await device.getActiveConfiguration();
    const endpoint = active?.getInterface(0)?.endpoints.find((each) => each.type === "interrupt");
    if (endpoint === undefined) throw new Error("the keyboard has no interrupt endpoint");
    const pressed: number[] = [];
    for (const [name, usage] of Object.entries(USAGES)) {
      // The read waits first: a report that nobody asked for would be the one before.
      const report = endpoint.read(8, { timeout: 10_000 });
      await host.key(name);
      const down = await report;
      pressed.push(...down.subarray(2).filter((code) => code !== 0));
      const up = await endpoint.read(8, { timeout: 10_000 });
      expect(
        up.subarray(2).every((code) => code === 0),
        `${name} let go, after ${usage}`,
      ).toBe(true);
    }
    expect(pressed).toEqual(Object.values(USAGES));
    await device.releaseInterface(0);
    await device.attachKernelDriver(0);
    expect(await device.isKernelDriverActive(0)).toBe(true);
  });

  it("sends no report when nobody presses a key", async () => {
    const device = await the({ product: "QEMU USB Keyboard" });
    await device.open({ autoDetachKernelDriver: true });
    const active = await device.getActiveConfiguration();
    const endpoint = active?.getInterface(0)?.endpoints.find((each) => each.type === "interrupt");
    await expect(endpoint?.read(8, { timeout: 500 })).rejects.toMatchObject({
      code: "ETIMEDOUT",
      backendErrorCode: -7,
    });
  });
});

it("names the driver that holds an interface", async () => {
  const keyboard = await the({ product: "QEMU USB Keyboard" });
  const refused = keyboard.claimInterface(0);
  await expect(refused).rejects.toMatchObject({ code: "EBUSY", backendErrorCode: -6 });
  await expect(refused).rejects.toMatchObject({ hint: expect.stringContaining('"usbhid"') });
});

describe("the kernel's drivers and settings", () => {
  it("stay away while a configuration is set with autoDetachKernelDriver, and come back at close", async () => {
    const keyboard = await the({ product: "Gadget Keyboard" });
    await keyboard.open({ autoDetachKernelDriver: true });
    await keyboard.claimInterface(0);
    await keyboard.setConfiguration(1);
    await keyboard.claimInterface(0);
    expect((await keyboard.getActiveConfiguration())?.bConfigurationValue).toBe(1);
    await keyboard.close();
    const again = await keyboard.openSeparately();
    opened.push(again);
    expect(await again.isKernelDriverActive(0)).toBe(true);
  });

  it("are what they were after a reset", async () => {
    const device = await the({ idVendor: 0x0525, idProduct: 0xa4a0, serialNumber: "zero-hs-0123456789" });
    await device.setConfiguration(3);
    await device.claimInterface(0);
    await device.reset();
    expect((await device.getActiveConfiguration())?.bConfigurationValue).toBe(3);
    expect(await device.ctrlTransfer(0x40, 0x5b, 0, 0, [1, 2, 3])).toBe(3);
    const source = device.configurations
      .find((each) => each.bConfigurationValue === 3)
      ?.getInterface(0)?.endpoints;
    const into = source?.find((each) => each.direction === "in");
    expect(await into?.read(512)).toHaveLength(512);
  });
});
