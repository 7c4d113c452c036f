import { control, type Device, find } from "@tsusb/core";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { benchmarkDevice, getBackend, VirtualBus } from "../../src/index.js";

const bus = new VirtualBus();
let device: Device;

beforeEach(async () => {
  bus.plug(benchmarkDevice());
  const found = await find({ idVendor: 0x04d8, idProduct: 0xfa2e, backend: await getBackend({ bus }) });
  if (found === undefined) throw new Error("the benchmark device is not on its bus");
  device = found;
});

afterEach(async () => {
  bus.reset();
  await (await getBackend({ bus })).close();
});

const bytes = (length: number) => Uint8Array.from({ length }, (_, index) => index);

describe("the benchmark device", () => {
  it("has the descriptors that PyUSB's tests expect, byte for byte", async () => {
    const backend = await getBackend({ bus });
    const [listed] = await backend.enumerateDevices();
    if (listed === undefined) throw new Error("no device");
    expect([...(await backend.getDeviceDescriptor(listed))]).toEqual([
      18, 1, 0x00, 0x02, 0, 0, 0, 8, 0xd8, 0x04, 0x2e, 0xfa, 0x01, 0x00, 1, 2, 3, 1,
    ]);
    // biome-ignore format: one descriptor a line, as the specification prints them, so that a wrong byte shows
    expect([...(await backend.getConfigurationDescriptor(listed, 0))]).toEqual([
      9, 2, 78, 0, 1, 1, 0, 0xc0, 50,
      9, 4, 0, 0, 2, 0, 0, 0, 0,
      7, 5, 0x01, 2, 16, 0, 0,
      7, 5, 0x81, 2, 16, 0, 0,
      9, 4, 0, 1, 2, 0, 0, 0, 0,
      7, 5, 0x02, 3, 64, 0, 1,
      7, 5, 0x82, 3, 64, 0, 1,
      9, 4, 0, 2, 2, 0, 0, 0, 0,
      7, 5, 0x03, 1, 64, 0, 1,
      7, 5, 0x83, 1, 64, 0, 1,
    ]);
    expect(device.warnings).toEqual([]);
  });

  it("tells its strings", async () => {
    expect(await device.getString(1)).toBe("Travis Robinson");
    expect(await device.getString(2)).toBe("Benchmark Device");
    expect(device.serialNumber).toBe("BM001");
  });

  it.each([
    [0, 0x01, 8],
    [1, 0x02, 8],
    [2, 0x03, 64],
  ])("gives back on alternate setting %i what was written, twice", async (setting, out, length) => {
    await device.setInterfaceAltsetting(0, setting);
    for (const data of [bytes(length), bytes(length).reverse()]) {
      expect(await device.write(out, data)).toBe(length);
      expect(await device.read(out | 0x80, length)).toEqual(data);
    }
  });

  it("is self powered, and its bulk endpoint halts and is cleared", async () => {
    expect(await control.getStatus(device)).toBe(1);
    const endpoint = device.configurations[0]?.interfaces[0]?.endpoints[0];
    if (endpoint === undefined) throw new Error("no endpoint");
    await control.setFeature(device, control.ENDPOINT_HALT, endpoint);
    expect(await control.getStatus(device, endpoint)).toBe(1);
    await control.clearFeature(device, control.ENDPOINT_HALT, endpoint);
    expect(await control.getStatus(device, endpoint)).toBe(0);
  });

  it("keeps a vendor buffer of 64 bytes and refuses more", async () => {
    expect(await device.ctrlTransfer(0x40, 0x10, 0, 0, bytes(8))).toBe(8);
    expect(await device.ctrlTransfer(0xc0, 0x11, 0, 0, 8)).toEqual(bytes(8));
    await expect(device.ctrlTransfer(0x40, 0x10, 0, 0, bytes(65))).rejects.toMatchObject({ code: "EPIPE" });
  });

  it("runs the test that it is told to", async () => {
    await device.ctrlTransfer(0x41, 0x0f, 1);
    expect(await device.ctrlTransfer(0xc0, 0x0f, 0, 0, 1)).toEqual(Uint8Array.of(1));
    expect(await device.read(0x81, 32)).toEqual(new Uint8Array(32));
    await device.ctrlTransfer(0x41, 0x0e, 2);
    expect(await device.write(0x01, bytes(100))).toBe(100);
    await expect(device.read(0x81, 16, 20)).rejects.toMatchObject({ code: "ETIMEDOUT" });
  });
});
