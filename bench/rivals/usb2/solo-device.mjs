import { findByIds } from "usb2";
import { VENDOR } from "../solo.mjs";

/** Opens a device and claims its interface. @param {number} product @returns {import("usb2").Interface} */
export function openInterface(product) {
  const device = findByIds(VENDOR, product);
  device.open();
  const claimed = device.interface(0);
  claimed.claim();
  return claimed;
}
