import { describe, expect, it } from "vitest";
import { fixture, settle } from "./fixture.js";

describe("state changes", () => {
  it("run one after another in the order of the calls, transfers between them", async () => {
    const { backend, device } = await fixture();
    const done = await Promise.all([
      device.setInterfaceAltsetting(1, 1),
      device.write(0x03, "in order"),
      device.read(0x83, 64),
      device.claimInterface(2),
    ]);
    expect(Buffer.from(done[2]).toString()).toBe("in order");
    expect(backend.log).toEqual([
      "openDevice",
      "getConfiguration",
      "claimInterface",
      "setInterfaceAltsetting",
      "claimInterface",
    ]);
  });

  it("reject with EBUSY naming the endpoint while a transfer is pending on what they would change", async () => {
    const { device } = await fixture();
    const read = device.read(0x85, 512, 0).catch((error: unknown) => error);
    await settle();
    for (const change of [
      device.setConfiguration(2),
      device.releaseInterface(2),
      device.setInterfaceAltsetting(2, 0),
      device.clearHalt(0x85),
      device.reset(),
    ]) {
      await expect(change).rejects.toMatchObject({ code: "EBUSY", message: expect.stringContaining("0x85") });
    }
    await device.setInterfaceAltsetting(1, 1);
    await device.close();
    expect(await read).toMatchObject({ code: "EINTR" });
  });

  it("release this device's own claims before the configuration changes", async () => {
    const { backend, device } = await fixture();
    await device.claimInterface(0);
    await device.claimInterface(2);
    await device.setConfiguration(2);
    expect(backend.log.slice(-3)).toEqual(["releaseInterface", "releaseInterface", "setConfiguration"]);
    expect((await device.getActiveConfiguration())?.bConfigurationValue).toBe(2);
    await expect(device.read(0x81, 512)).rejects.toMatchObject({ code: "ENOENT" });
  });

  it("take a Configuration, a value, 0, or nothing for the first", async () => {
    const { plugged, device } = await fixture();
    await device.setConfiguration(device.configurations[1]);
    expect(plugged.configurationValue).toBe(2);
    await device.setConfiguration();
    expect(plugged.configurationValue).toBe(1);
    await device.setConfiguration(0);
    expect(plugged.configurationValue).toBe(0);
    expect(await device.getActiveConfiguration()).toBeUndefined();
    await expect(device.read(0x81, 512)).rejects.toMatchObject({
      code: "ENOENT",
      hint: expect.stringContaining("setConfiguration()"),
    });
    await expect(device.setConfiguration(7)).rejects.toMatchObject({
      code: "ENOENT",
      message: expect.stringContaining("1, 2"),
    });
  });

  it("select by Interface, by numbers, or the first", async () => {
    const { backend, device } = await fixture();
    const alternate = device.configurations[0]?.getInterface(1, 1);
    await alternate?.setAltsetting();
    await device.setInterfaceAltsetting(1, 0);
    await device.setInterfaceAltsetting();
    const selected = backend.calls.filter(({ method }) => method === "setInterfaceAltsetting");
    expect(selected.map(({ args }) => args.slice(1))).toEqual([
      [1, 1],
      [1, 0],
      [0, 0],
    ]);
    await expect(device.setInterfaceAltsetting(1, 5)).rejects.toMatchObject({
      code: "ENOENT",
      message: expect.stringContaining("0, 1"),
    });
    await expect(device.setInterfaceAltsetting(9)).rejects.toMatchObject({
      code: "ENOENT",
      message: expect.stringContaining("0, 1, 2, 3"),
    });
  });

  it("forget the alternate setting when the interface is released", async () => {
    const { device } = await fixture();
    await device.setInterfaceAltsetting(1, 1);
    expect(await device.write(0x03, [1])).toBe(1);
    await device.releaseInterface(1);
    await expect(device.write(0x03, [1])).rejects.toMatchObject({
      code: "ENOENT",
      hint: expect.stringContaining("setInterfaceAltsetting(1, 1)"),
    });
  });

  it("claim and release idempotently", async () => {
    const { backend, device } = await fixture();
    await device.releaseInterface(0);
    await device.claimInterface(0);
    await device.claimInterface(0);
    await device.releaseInterface(0);
    await device.releaseInterface(0);
    expect(backend.log).toEqual(["openDevice", "getConfiguration", "claimInterface", "releaseInterface"]);
    await expect(device.claimInterface(9)).rejects.toMatchObject({
      code: "ENOENT",
      message: expect.stringContaining("0, 1, 2, 3"),
    });
  });

  it("refuse parts of another device", async () => {
    const { device } = await fixture();
    const { device: other } = await fixture({ address: 3 });
    const endpoint = other.configurations[0]?.interfaces[0]?.endpoints[0];
    if (endpoint === undefined) throw new Error("the other device has no endpoint");
    await expect(device.read(endpoint, 512)).rejects.toBeInstanceOf(TypeError);
    await expect(device.claimInterface(endpoint.interface)).rejects.toBeInstanceOf(TypeError);
    await expect(device.setConfiguration(endpoint.interface.configuration)).rejects.toBeInstanceOf(TypeError);
  });

  it("claim the interface of a standard or class request to it, not of a vendor request", async () => {
    const { backend, device } = await fixture({ control: () => ({}) });
    await device.ctrlTransfer(0x41, 1, 0, 2);
    expect(backend.log).toEqual(["openDevice"]);
    await device.ctrlTransfer(0x21, 1, 0, 2);
    expect(backend.log).toEqual(["openDevice", "getConfiguration", "claimInterface"]);
    await device.ctrlTransfer(0x21, 1, 0, 0x0109);
    expect(backend.log).toHaveLength(3);
  });
});
