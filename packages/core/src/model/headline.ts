import type { Device } from "./device.js";

/** The line that names a device in messages and listings, as PyUSB prints it. */
export function deviceHeadline(device: Pick<Device, "idVendor" | "idProduct" | "bus" | "address">): string {
  const id = `${hex4(device.idVendor)}:${hex4(device.idProduct)}`;
  if (device.bus === undefined || device.address === undefined) return `DEVICE ID ${id}`;
  return `DEVICE ID ${id} on Bus ${decimal3(device.bus)} Address ${decimal3(device.address)}`;
}

function hex4(value: number): string {
  return value.toString(16).padStart(4, "0");
}

function decimal3(value: number): string {
  return String(value).padStart(3, "0");
}
