import { usb } from "usb3";
import { VENDOR } from "../solo.mjs";

/** Opens a device and claims its interface. @param {number} product */
export async function openDevice(product) {
  const device = await usb.findDeviceByIds(VENDOR, product);
  await device.open();
  await device.claimInterface(0);
  return device;
}

/** An endpoint as WebUSB names it. @param {number} address */
export const numberOf = (address) => address & 0x0f;
