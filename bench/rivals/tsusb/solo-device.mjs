import "@tsusb/backend-libusb1";
import { find } from "@tsusb/core";
import { VENDOR } from "../solo.mjs";

/**
 * Finds a device, opens it and claims its interface: else the first transfer would, and be measured with it.
 *
 * @param {number} idProduct
 * @returns {Promise<import("@tsusb/core").Device>}
 */
export async function openDevice(idProduct) {
  const device = await find({ idVendor: VENDOR, idProduct });
  await device.open();
  await device.claimInterface(0);
  return device;
}

/** @param {import("@tsusb/core").Device} device @param {number} address */
export function endpointOf(device, address) {
  return device.configurations[0].interfaces[0].endpoints.find(
    ({ bEndpointAddress }) => bEndpointAddress === address,
  );
}
