import type { Device } from "@tsusb/core";
import type { UsbNames } from "./usb-ids.js";

/** What a device is called: its own strings, and what the list of names has for those that it lacks. */
export function deviceName(device: Pick<Device, "manufacturer" | "product">, names: UsbNames): string {
  const manufacturer = device.manufacturer?.trim() || names.vendor;
  const product = device.product?.trim() || names.product;
  if (manufacturer === undefined || product === undefined) return product ?? manufacturer ?? "";
  // Many products begin with their maker's name.
  return product.toLowerCase().startsWith(manufacturer.toLowerCase())
    ? product
    : `${manufacturer} ${product}`;
}

/** Whether the device leaves something to the list of names. */
export function needsNames({ manufacturer, product }: Pick<Device, "manufacturer" | "product">): boolean {
  return !manufacturer?.trim() || !product?.trim();
}
