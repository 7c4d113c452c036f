import { findAll, getBackend as getAnyBackend } from "@tsusb/core";
import { afterEach, describe, expect, it } from "vitest";
import { gadgetZero, getBackend, VirtualBus, VirtualDevice } from "../src/index.js";

const simple = () => new VirtualDevice({ idVendor: 0x1209, idProduct: 0x0003 });

afterEach(async () => {
  await (await getBackend()).close();
});

describe("a virtual bus", () => {
  it("gives each device the lowest free port and an address that was not used just before", async () => {
    const bus = new VirtualBus(7);
    const [first, second] = [bus.plug(simple()), bus.plug(simple())];
    bus.unplug(first);
    bus.plug(first);
    const backend = await getBackend({ bus });
    const devices = await findAll({ backend });
    expect(devices.map(({ bus: number, address, portNumber }) => [number, address, portNumber])).toEqual([
      [7, 2, 2],
      [7, 3, 1],
    ]);
    expect(bus.devices).toEqual([second, first]);
    await backend.close();
  });

  it("refuses to plug a device twice", () => {
    const bus = new VirtualBus();
    const device = bus.plug(simple());
    expect(() => bus.plug(device)).toThrow(RangeError);
  });

  it("takes 127 devices and no more", () => {
    const bus = new VirtualBus();
    for (let count = 0; count < 127; count++) bus.plug(simple());
    expect(() => bus.plug(simple())).toThrow(/127/);
    bus.reset();
    expect(bus.devices).toEqual([]);
  });
});

describe("getBackend", () => {
  it("gives the same backend for the same bus until it is closed", async () => {
    const bus = new VirtualBus();
    const backend = await getBackend({ bus });
    expect(await getBackend({ bus })).toBe(backend);
    expect(await getBackend()).not.toBe(backend);
    await backend.close();
    expect(await getBackend({ bus })).not.toBe(backend);
  });

  it("has a gadget zero plugged in if no bus is given", async () => {
    const backend = await getBackend();
    expect(await findAll({ backend })).toMatchObject([{ idVendor: 0x1209, product: "Virtual Zero" }]);
  });

  it("throws a TypeError for a bus that is none", async () => {
    await expect(getBackend({ bus: {} as VirtualBus })).rejects.toBeInstanceOf(TypeError);
  });

  it("throws a TypeError for a name that is no option", async () => {
    const slip = { buss: new VirtualBus() };
    await expect(getBackend(slip as object)).rejects.toThrow(/there is no option "buss"/);
    await expect(getBackend(slip as object)).rejects.toBeInstanceOf(TypeError);
  });

  it("gives a backend that refuses devices and handles of others with a TypeError", async () => {
    const backend = await getBackend();
    await expect(backend.openDevice({ key: "other" })).rejects.toBeInstanceOf(TypeError);
    await expect(backend.closeDevice({ device: { key: "other" } })).rejects.toBeInstanceOf(TypeError);
  });

  it("is chosen by core when it is named", async () => {
    expect(await getAnyBackend({ order: ["virtual"] })).toBe(await getBackend());
  });

  it("lets two gadgets be told apart by their serial numbers", async () => {
    const bus = new VirtualBus();
    bus.plug(gadgetZero({ serialNumber: "A" }));
    bus.plug(gadgetZero({ serialNumber: "B" }));
    const backend = await getBackend({ bus });
    expect((await findAll({ backend, serialNumber: "B" })).map(({ serialNumber }) => serialNumber)).toEqual([
      "B",
    ]);
    await backend.close();
  });
});
