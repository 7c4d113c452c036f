import { hexWord } from "../usb/hex.js";
import type { Device } from "./device.js";

/** The line that names a device in messages and listings, as PyUSB's `repr` has it; without bus and address if unknown. */
export function deviceHeadline(device: Pick<Device, "idVendor" | "idProduct" | "bus" | "address">): string {
  const id = [device.idVendor, device.idProduct].map((value) => hexWord(value).slice(2)).join(":");
  if (device.bus === undefined || device.address === undefined) return `DEVICE ID ${id}`;
  return `DEVICE ID ${id} on Bus ${threeDigits(device.bus)} Address ${threeDigits(device.address)}`;
}

function threeDigits(value: number): string {
  return String(value).padStart(3, "0");
}
