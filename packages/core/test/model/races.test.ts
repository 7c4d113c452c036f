import { find, findAll } from "@tsusb/core";
import { USBError } from "@tsusb/core/backend";
import { describe, expect, it } from "vitest";
import { configurationBytes, deviceBytes, FakeBackend, type FakeHandle } from "../support/fake-backend.js";
import { fixture, settle } from "./fixture.js";

describe("what happens at the same time", () => {
  it("gives two searches the same object for a device that neither knew", async () => {
    const backend = new FakeBackend();
    backend.plug({ descriptor: deviceBytes({ bNumConfigurations: 0 }) });
    const [one, other, third] = await Promise.all([
      find({ backend }),
      find({ backend }),
      find({ backend, idVendor: 0x0525 }).then(() => find({ backend })),
    ]);
    expect(one).toBeDefined();
    expect(other).toBe(one);
    expect(third).toBe(one);
  });

  it("stays gone when an unplug is seen while the device is being opened", async () => {
    const { backend, plugged, device } = await fixture();
    const gate = holdNext(backend, "openDevice");
    const opened = device.open();
    await settle();
    backend.devices.splice(backend.devices.indexOf(plugged), 1);
    await findAll({ backend });
    expect(device.isGone).toBe(true);
    gate.release();
    await expect(opened).rejects.toMatchObject({ code: "ENODEV" });
    expect(device.isGone).toBe(true);
    expect(device.isOpen).toBe(false);
    expect(backend.handles.size).toBe(0);
  });

  it("ends a stream whose signal is aborted while the device is being opened", async () => {
    const { backend, device } = await fixture();
    const gate = holdNext(backend, "openDevice");
    const controller = new AbortController();
    const endpoint = device.configurations[0]?.getInterface(2)?.endpoints[0];
    const read = endpoint?.stream({ signal: controller.signal }).read();
    await settle();
    controller.abort();
    gate.release();
    await expect(read).rejects.toMatchObject({ code: "ABORT_ERR" });
    expect(backend.transfers).toEqual([]);
    await device.releaseInterface(2);
  });

  it("never lets a write overtake one that had to open the device first", async () => {
    for (let ticks = 0; ticks < 60; ticks++) {
      const { backend, device } = await fixture();
      const first = device.write(0x01, [1]);
      for (let tick = 0; tick < ticks; tick++) await undefined;
      await Promise.all([first, device.write(0x01, [2])]);
      expect(backend.transfers.map(({ sent }) => sent?.[0])).toEqual([1, 2]);
    }
  });

  it("opens, closes and opens in the order of the calls", async () => {
    const { backend, device } = await fixture();
    await Promise.all([device.open(), device.close(), device.open(), device.close(), device.open()]);
    expect(device.isOpen).toBe(true);
    expect(backend.handles.size).toBe(1);
  });
});

describe("an operation that fails", () => {
  it("leaves the device closed where closing the handle failed", async () => {
    const { backend, device } = await fixture();
    await device.open();
    backend.fail("closeDevice", new USBError("broken", { code: "EIO" }));
    await expect(device.close()).rejects.toMatchObject({ code: "EIO" });
    expect(device.isOpen).toBe(false);
    await expect(device.write(0x01, [1])).rejects.toMatchObject({ code: "ERR_USB_CLOSED" });
    await device.open();
    expect(await device.write(0x01, [1])).toBe(1);
  });

  it.each(["ENODEV", "ERR_USB_CLOSED"] as const)("does not make close reject with %s", async (code) => {
    const { backend, device } = await fixture();
    await device.open();
    backend.fail("closeDevice", new USBError("no longer there", { code }));
    await device.close();
    expect(device.isOpen).toBe(false);
  });

  it("leaves nothing pending where the backend gives no submission", async () => {
    const { backend, device } = await fixture();
    await device.claimInterface(0);
    const submit = backend.submit.bind(backend);
    backend.submit = () => undefined as never;
    await expect(device.write(0x01, [1])).rejects.toMatchObject({
      code: "ERR_USB_BACKEND",
      message: expect.stringContaining("fake.submit"),
    });
    backend.submit = () => {
      throw new RangeError("oops");
    };
    await expect(device.write(0x01, [1])).rejects.toMatchObject({
      code: "ERR_USB_BACKEND",
      cause: expect.any(RangeError),
    });
    backend.submit = submit;
    await device.releaseInterface(0);
  });

  it("gives the driver back at once where the claim that it was taken off for is refused", async () => {
    const { backend, plugged, device } = await fixture({ drivers: { 0: "usbhid" } });
    await device.open({ autoDetachKernelDriver: true });
    backend.fail("claimInterface", new USBError("busy", { code: "EBUSY" }));
    await expect(device.claimInterface(0)).rejects.toMatchObject({ code: "EBUSY" });
    expect(plugged.drivers.size).toBe(1);
  });

  it("gives the drivers back where the configuration cannot be set", async () => {
    const { backend, plugged, device } = await fixture({ drivers: { 0: "usbhid" } });
    await device.open({ autoDetachKernelDriver: true });
    await device.claimInterface(0);
    backend.fail("setConfiguration", new USBError("stall", { code: "EPIPE" }));
    await expect(device.setConfiguration(2)).rejects.toMatchObject({ code: "EPIPE" });
    expect(plugged.drivers.size).toBe(1);
    expect(await device.getActiveConfiguration()).toBe(device.configurations[0]);
  });
});

describe("a reset", () => {
  it("selects the alternate settings again, which the system may have put back to 0", async () => {
    const { backend, device } = await fixture();
    await device.setInterfaceAltsetting(1, 1);
    await device.setInterfaceAltsetting(0, 0);
    await device.reset();
    expect(backend.log.slice(-2)).toEqual(["resetDevice", "setInterfaceAltsetting"]);
    expect(backend.calls.at(-1)?.args.slice(1)).toEqual([1, 1]);
    expect(await device.write(0x03, [1])).toBe(1);
  });

  it("forgets an alternate setting that cannot be selected again", async () => {
    const { backend, device } = await fixture();
    await device.setInterfaceAltsetting(1, 1);
    backend.fail("setInterfaceAltsetting", new USBError("stall", { code: "EPIPE" }));
    await expect(device.reset()).rejects.toMatchObject({ code: "EPIPE" });
    await expect(device.write(0x03, [1])).rejects.toMatchObject({ code: "ENOENT" });
  });
});

describe("drivers that core took off", () => {
  it("are not given back before the configuration changes, which the system would then refuse", async () => {
    const { backend, device } = await fixture({ drivers: { 0: "usbhid" } });
    await device.open({ autoDetachKernelDriver: true });
    await device.claimInterface(0);
    await device.setConfiguration(2);
    const names = backend.log;
    expect(names.slice(names.indexOf("releaseInterface"))).not.toContain("attachKernelDriver");
    expect(names.at(-1)).toBe("setConfiguration");
  });

  it("are kept off while the configuration changes where the library gives them back by itself", async () => {
    const { backend, plugged, device } = await fixture({}, { autoDetach: true });
    const { releaseInterface, setConfiguration } = backend;
    backend.releaseInterface = async (handle, number) => {
      await releaseInterface.call(backend, handle, number);
      plugged.drivers.set(number, "usbhid");
    };
    backend.setConfiguration = async (handle, value) => {
      if (plugged.drivers.size > 0) throw new USBError("a driver holds an interface", { code: "EBUSY" });
      await setConfiguration.call(backend, handle, value);
    };
    await device.open({ autoDetachKernelDriver: true });
    await device.claimInterface(0);
    await device.setConfiguration(1);
    await device.close();
    expect(plugged.drivers.size).toBe(1);
  });

  it("are given back by close though a read is pending", async () => {
    const { backend, plugged, device } = await fixture({ drivers: { 2: "usbhid" } });
    await device.open({ autoDetachKernelDriver: true });
    const read = device.read(0x85, 512, 0);
    await settle();
    expect(plugged.drivers.size).toBe(0);
    const refused = expect(read).rejects.toMatchObject({ code: "EINTR" });
    await device.close();
    await refused;
    expect(plugged.drivers.size).toBe(1);
    expect(backend.handles.size).toBe(0);
  });
});

describe("an Endpoint", () => {
  it("of an alternate setting that is not selected is refused, though a selected one has its address", async () => {
    const { device } = await fixture(sameAddressTwice());
    const [small, large] = device.configurations[0]?.interfaces.map(({ endpoints }) => endpoints[0]) ?? [];
    if (small === undefined || large === undefined) throw new Error("there should be two endpoints");
    const hint = expect.stringContaining("setInterfaceAltsetting(0, 1)");
    await expect(large.read(64, 5)).rejects.toMatchObject({ code: "ENOENT", hint });
    await expect(small.read(64, 5)).rejects.toMatchObject({ code: "ETIMEDOUT" });
    await expect(large.read(64, 5)).rejects.toMatchObject({ code: "ENOENT", hint });
    await expect(large.stream().read()).rejects.toMatchObject({ code: "ENOENT" });
    await expect(device.clearHalt(large)).rejects.toMatchObject({ code: "ENOENT" });
    await large.interface.setAltsetting();
    await expect(large.read(64, 5)).rejects.toMatchObject({ code: "ETIMEDOUT" });
    await expect(device.read(0x81, 64, 5)).rejects.toMatchObject({ code: "ETIMEDOUT" });
  });

  it("of another object for the same device is taken", async () => {
    const { device } = await fixture();
    await using other = await device.openSeparately();
    const endpoint = device.configurations[0]?.interfaces[0]?.endpoints[1];
    if (endpoint === undefined) throw new Error("there should be an endpoint");
    expect(await other.write(endpoint, [1])).toBe(1);
    expect(await other.write(endpoint, [1])).toBe(1);
  });
});

function sameAddressTwice() {
  return {
    configurations: [
      configurationBytes([
        { number: 0, alternate: 0, endpoints: [{ address: 0x81, wMaxPacketSize: 64 }] },
        { number: 0, alternate: 1, endpoints: [{ address: 0x81, wMaxPacketSize: 512 }] },
      ]),
    ],
    endpoints: {},
  };
}

/** Keeps the next call of a method waiting until it is released. */
function holdNext(backend: FakeBackend, method: "openDevice"): { release(): void } {
  let release = (): void => undefined;
  const gate = new Promise<void>((resolve) => {
    release = resolve;
  });
  const original = backend[method].bind(backend);
  backend[method] = async (...args): Promise<FakeHandle> => {
    backend[method] = original;
    const handle = await original(...args);
    await gate;
    return handle;
  };
  return { release };
}
