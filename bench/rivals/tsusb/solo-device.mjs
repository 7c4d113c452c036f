import "@tsusb/backend-libusb1";
import { find } from "@tsusb/core";
import { VENDOR } from "../solo.mjs";

/** @param {number} idProduct @returns {Promise<import("@tsusb/core").Device>} */
export function openDevice(idProduct) {
  return find({ idVendor: VENDOR, idProduct });
}

/** @param {import("@tsusb/core").Device} device @param {number} address */
export function endpointOf(device, address) {
  return device.configurations[0].interfaces[0].endpoints.find(
    ({ bEndpointAddress }) => bEndpointAddress === address,
  );
}
