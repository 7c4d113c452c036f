import { readFileSync } from "node:fs";
import { type Device, find, type IBackend } from "@tsusb/core";
import type { BusClient, DeviceDescription } from "../../../testbed/bus/client.js";

const FILE = new URL("../../../testbed/bus/devices/isochronous.json", import.meta.url);
const { devices } = JSON.parse(readFileSync(FILE, "utf8")) as { devices: readonly DeviceDescription[] };

/** Which of the devices of `isochronous.json`. */
export type IsochronousDevice = "iso-high" | "iso-full" | "iso-super";

/** Plugs one of them on a bus of its own, so that files that run at the same time do not meet. Returns its id. */
export async function plugIsochronous(bus: BusClient, name: IsochronousDevice, on: number): Promise<string> {
  const description = devices.find(({ id }) => id === name);
  const id = `${name}-${on}`;
  await bus.plug({ ...description, id, bus: on, port: "1", serialNumber: id });
  return id;
}

/** Finds and opens the device that was plugged under this id. */
export async function openIsochronous(backend: IBackend, id: string): Promise<Device> {
  const device = await find({ idVendor: 0x1209, serialNumber: id, backend });
  if (device === undefined) throw new Error(`${id} is not on the bus`);
  return device.open();
}
