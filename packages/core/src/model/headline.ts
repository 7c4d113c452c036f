import { ENDPOINT_IN, ENDPOINT_TYPE_MASK } from "../usb/constants.js";
import { hexWord } from "../usb/hex.js";
import { INTERFACE_CLASS_NAMES, TRANSFER_TYPE_NAMES } from "../usb/lookup.js";
import type { Configuration } from "./configuration.js";
import type { Device } from "./device.js";
import type { Endpoint } from "./endpoint.js";
import type { Interface } from "./interface.js";

/** The line that names a device in messages and listings, as PyUSB's `repr` has it; without bus and address if unknown. */
export function deviceHeadline(device: Pick<Device, "idVendor" | "idProduct" | "bus" | "address">): string {
  const id = [device.idVendor, device.idProduct].map((value) => hexWord(value).slice(2)).join(":");
  if (device.bus === undefined || device.address === undefined) return `DEVICE ID ${id}`;
  return `DEVICE ID ${id} on Bus ${threeDigits(device.bus)} Address ${threeDigits(device.address)}`;
}

/** As {@link deviceHeadline}, of a configuration. */
export function configurationHeadline(configuration: Configuration): string {
  return `CONFIGURATION ${configuration.bConfigurationValue}: ${configuration.maxPowerMilliamperes} mA`;
}

/** As {@link deviceHeadline}, of an alternate setting. */
export function interfaceHeadline(setting: Interface): string {
  const { bInterfaceNumber, bAlternateSetting, bInterfaceClass } = setting;
  const alternate = bAlternateSetting === 0 ? "" : `, ${bAlternateSetting}`;
  const name = INTERFACE_CLASS_NAMES.get(bInterfaceClass) ?? "Unknown Class";
  return `INTERFACE ${bInterfaceNumber}${alternate}: ${name}`;
}

/** As {@link deviceHeadline}, of an endpoint. */
export function endpointHeadline({ bEndpointAddress, bmAttributes }: Endpoint): string {
  const direction = (bEndpointAddress & ENDPOINT_IN) !== 0 ? "IN" : "OUT";
  const type = TRANSFER_TYPE_NAMES[bmAttributes & ENDPOINT_TYPE_MASK];
  return `ENDPOINT 0x${bEndpointAddress.toString(16).toUpperCase()}: ${type} ${direction}`;
}

function threeDigits(value: number): string {
  return String(value).padStart(3, "0");
}
