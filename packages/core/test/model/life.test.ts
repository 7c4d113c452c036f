import { find, findAll, util } from "@tsusb/core";
import { USBError } from "@tsusb/core/backend";
import { describe, expect, it } from "vitest";
import { FakeBackend, FakeDevice } from "../support/fake-backend.js";
import { fixture, settle } from "./fixture.js";

describe("the life of a device", () => {
  it("opens, asks for the configuration and claims on first use, and only then", async () => {
    const { backend, device } = await fixture();
    expect(backend.log).toEqual([]);
    expect(device.isOpen).toBe(false);
    await device.write(0x01, "hello");
    expect(backend.log).toEqual(["openDevice", "getConfiguration", "claimInterface"]);
    await device.read(0x81, 512);
    await device.write(0x01, "again");
    expect(backend.log).toHaveLength(3);
    expect(device.isOpen).toBe(true);
  });

  it("refuses implicit use after close until open is called", async () => {
    const { device } = await fixture();
    await device.write(0x01, [1]);
    await device.close();
    await expect(device.write(0x01, [1])).rejects.toMatchObject({ code: "ERR_USB_CLOSED" });
    await expect(device.ctrlTransfer(0x80, 6, 0x0100, 0, 18)).rejects.toMatchObject({
      code: "ERR_USB_CLOSED",
    });
    await expect(device.claimInterface(0)).rejects.toMatchObject({ code: "ERR_USB_CLOSED" });
    await device.open();
    expect(await device.write(0x01, [1])).toBe(1);
  });

  it("stays usable on first use after disposeResources", async () => {
    const { backend, device } = await fixture();
    await device.write(0x01, [1]);
    await util.disposeResources(device);
    expect(device.isOpen).toBe(false);
    expect(backend.handles.size).toBe(0);
    expect(await device.write(0x01, [1])).toBe(1);
  });

  it("closes once however often it is asked to", async () => {
    const { backend, device } = await fixture();
    await device.open();
    await Promise.all([device.close(), device.close()]);
    await device.close();
    expect(backend.log.filter((method) => method === "closeDevice")).toHaveLength(1);
  });

  it("opens again when open follows close without waiting", async () => {
    const { device } = await fixture();
    await device.open();
    const closed = device.close();
    const opened = device.open();
    const written = device.write(0x01, [1, 2]);
    await Promise.all([closed, opened]);
    expect(await written).toBe(2);
  });

  it("refuses what is asked for after close, though close is not done", async () => {
    const { device } = await fixture();
    await device.write(0x01, [1]);
    const closed = device.close();
    await expect(device.write(0x01, [1])).rejects.toMatchObject({ code: "ERR_USB_CLOSED" });
    await closed;
  });

  it("closes at the end of an await using block", async () => {
    const { backend, device } = await fixture();
    {
      await using open = await device.open();
      expect(open.isOpen).toBe(true);
    }
    expect(backend.handles.size).toBe(0);
  });

  it("settles what is pending when it closes", async () => {
    const { device } = await fixture();
    const reads = Promise.allSettled([device.read(0x85, 512, 0), device.read(0x85, 512, 0)]);
    await settle();
    await device.close();
    for (const read of await reads)
      expect(read).toMatchObject({ status: "rejected", reason: { code: "EINTR" } });
  });

  it("is the same object on every listing while plugged, and another one after a replug", async () => {
    const { backend, plugged, device } = await fixture();
    expect(await find({ backend })).toBe(device);
    expect((await findAll({ backend }))[0]).toBe(device);
    backend.unplug(plugged);
    expect(await findAll({ backend })).toEqual([]);
    expect(device.isGone).toBe(true);
    backend.plug({ descriptor: plugged.descriptor, configurations: plugged.configurations });
    const replugged = await find({ backend });
    expect(replugged).toBeDefined();
    expect(replugged).not.toBe(device);
    await expect(device.open()).rejects.toMatchObject({ code: "ENODEV" });
  });

  it("is gone when a transfer finds it so", async () => {
    const { backend, plugged, device } = await fixture();
    const read = device.read(0x85, 512, 0);
    await settle();
    backend.unplug(plugged);
    await expect(read).rejects.toMatchObject({ code: "ENODEV", transferred: 0 });
    expect(device.isGone).toBe(true);
    await expect(device.write(0x01, [1])).rejects.toMatchObject({ code: "ENODEV" });
    await device.close();
    await expect(device.open()).rejects.toMatchObject({ code: "ENODEV" });
  });

  it("gives an independent handle and claims of its own by openSeparately", async () => {
    const { backend, device } = await fixture();
    await device.claimInterface(0);
    const other = await device.openSeparately();
    expect(other).not.toBe(device);
    expect(backend.handles.size).toBe(2);
    await expect(other.claimInterface(0)).rejects.toMatchObject({ code: "EBUSY" });
    await other.close();
    expect(device.isOpen).toBe(true);
  });

  it("detaches and gives back the system's driver when asked to and the backend cannot", async () => {
    const { plugged, device } = await fixture({ drivers: { 0: "usbhid" } });
    await expect(device.claimInterface(0)).rejects.toMatchObject({ code: "EBUSY" });
    await device.open({ autoDetachKernelDriver: true });
    await device.claimInterface(0);
    expect(plugged.drivers.size).toBe(0);
    await device.releaseInterface(0);
    expect(plugged.drivers.size).toBe(1);
    await device.claimInterface(0);
    await device.close();
    expect(plugged.drivers.size).toBe(1);
    await device.open();
    await expect(device.claimInterface(0)).rejects.toMatchObject({ code: "EBUSY" });
  });

  it("passes the wish to detach on to a backend that can", async () => {
    const { backend, device } = await fixture({}, { autoDetach: true });
    await device.open({ autoDetachKernelDriver: true });
    expect([...backend.handles][0]?.options).toEqual({ autoDetachKernelDriver: true });
    await device.claimInterface(0);
    expect(backend.log).not.toContain("detachKernelDriver");
  });

  it("knows strings only once they were asked for, where the system keeps none", async () => {
    const { device } = await fixture();
    expect(device.product).toBeUndefined();
    expect(await device.readStrings()).toEqual({
      manufacturer: "tsusb",
      product: "Fake",
      serialNumber: "F-1",
    });
    expect(device.product).toBe("Fake");
    expect(await device.getLangids()).toEqual([0x0409]);
    expect(await device.getString(0)).toBeUndefined();
    await expect(device.getString(9)).rejects.toMatchObject({ code: "EPIPE" });
    expect(await device.getBOS()).toBeUndefined();
  });

  it("says ENOENT for a string of a device without languages", async () => {
    const { backend, device } = await fixture({ strings: {} });
    expect(await device.getLangids()).toEqual([]);
    await expect(device.getString(1)).rejects.toMatchObject({ code: "ENOENT" });
    expect(await device.readStrings()).toEqual({
      manufacturer: undefined,
      product: undefined,
      serialNumber: undefined,
    });
    expect(await find({ backend, serialNumber: "F-1" })).toBeUndefined();
  });

  it("has all its fields once it is open, where the backend knows descriptors only then", async () => {
    const { backend, plugged } = await fixture({}, { descriptors: "onOpen" });
    const listed = onOpenOnly(backend, plugged);
    const device = await find({ backend: listed });
    if (device === undefined) throw new Error("the device should be listed");
    expect(() => device.configurations).toThrow(expect.objectContaining({ code: "ERR_USB_NOT_OPEN" }));
    expect(await find({ backend: listed, serialNumber: "F-1" })).toBe(device);
    await device.open();
    expect(device).toMatchObject({ bcdUSB: 0x0200, bNumConfigurations: 2, iSerialNumber: 3 });
    expect(device.configurations).toHaveLength(2);
    expect(await device.readStrings()).toMatchObject({ serialNumber: "F-1" });
  });

  it("keeps its configurations when it is opened again, where the backend knows them only then", async () => {
    const { backend, plugged } = await fixture({}, { descriptors: "onOpen" });
    const device = await find({ backend: onOpenOnly(backend, plugged) });
    await device?.open();
    const configurations = device?.configurations;
    await device?.close();
    await device?.open();
    expect(configurations).toHaveLength(2);
    expect(device?.configurations).toBe(configurations);
  });

  it("keeps no trace of separate objects that nobody holds", async () => {
    const { backend, plugged, device } = await fixture();
    let traces = 0;
    const Original = globalThis.WeakRef;
    globalThis.WeakRef = class<T extends WeakKey> extends Original<T> {
      override deref(): T | undefined {
        traces++;
        return undefined;
      }
    };
    try {
      for (let round = 0; round < 20; round++) await (await device.openSeparately()).close();
      traces = 0;
      backend.unplug(plugged);
      await findAll({ backend });
    } finally {
      globalThis.WeakRef = Original;
    }
    expect(traces).toBe(1);
  });
});

/** The same backend under another identity, whose descriptors can be read once the device is open. */
function onOpenOnly(backend: FakeBackend, device: FakeDevice): FakeBackend {
  const listed = new FakeBackend({ descriptors: "onOpen" });
  listed.plug(
    new FakeDevice({ ...device, key: "on-open", strings: Object.fromEntries(device.strings) } as never),
  );
  const check = (): void => {
    if (listed.handles.size === 0) throw new USBError("not open", { code: "ERR_USB_NOT_OPEN" });
  };
  const { getDeviceDescriptor, getConfigurationDescriptor } = backend;
  listed.getDeviceDescriptor = async (one) => {
    check();
    return getDeviceDescriptor.call(listed, one);
  };
  listed.getConfigurationDescriptor = async (one, index) => {
    check();
    return getConfigurationDescriptor.call(listed, one, index);
  };
  return listed;
}
