import { readFileSync } from "node:fs";
import { getBackend, type OpenUsbBackend } from "@tsusb/backend-openusb";
import { afterEach, beforeEach, expect, it } from "vitest";
import { BusClient } from "../../../testbed/bus/client.js";
import { deviceOf, open } from "./devices.js";
import { TestLibrary } from "./library/client.js";

// Devices of the test library with the descriptors of those on the played bus stand for these: the library itself does
// not tell where a device is.
const library = new TestLibrary();
let backend: OpenUsbBackend;

beforeEach(async () => {
  backend = await getBackend();
});

afterEach(() => backend.close());

it("finds the bus and the address of a device by its descriptors, and asks the device for nothing", async () => {
  const { bus, address, sysfs, node } = await deviceOf(backend, "zero");
  expect(sysfs).toMatch(/^\/sys\/bus\/usb\/devices\/\d+-/);
  expect(bus).toBe(Number(readFileSync(`${sysfs}/busnum`, "utf8")));
  expect(address).toBe(Number(readFileSync(`${sysfs}/devnum`, "utf8")));
  const three = (number: number | undefined) => String(number).padStart(3, "0");
  expect(node).toBe(`/dev/bus/usb/${three(bus)}/${three(address)}`);
  expect(await library.look()).toMatchObject({ submitted: 0, deviceData: 0 });
});

it("leaves both open for a device of which the system has none, or two", async () => {
  expect((await deviceOf(backend, "gaps")).bus).toBeUndefined();
  const bus = await BusClient.connect();
  try {
    await bus.unplug("zero");
    await backend.close();
    backend = await getBackend();
    const { bus: number, address, sysfs } = await deviceOf(backend, "zero");
    expect({ number, address, sysfs }).toEqual({ number: undefined, address: undefined, sysfs: undefined });
  } finally {
    await bus.replug("zero");
    bus.close();
  }
});

it("leaves an interface to the driver that has it: the library would take it and not give it back", async () => {
  const handle = await open(backend, "keyboard");
  await expect(backend.claimInterface(handle, 0)).rejects.toMatchObject({ code: "EBUSY" });
  await expect(backend.setConfiguration(handle, 0)).rejects.toMatchObject({ code: "EBUSY" });
  expect(await backend.getConfiguration(handle)).toBe(1);
  expect((await library.look()).evicted).toBe(0);
});
