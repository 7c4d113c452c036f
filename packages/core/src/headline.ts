import type { Configuration } from "./model/configuration.js";
import type { Device } from "./model/device.js";
import type { Endpoint } from "./model/endpoint.js";
import { deviceHeadline } from "./model/headline.js";
import type { Interface } from "./model/interface.js";
import { show } from "./usb/check-integer.js";
import { ENDPOINT_IN, ENDPOINT_TYPE_MASK } from "./usb/constants.js";
import { INTERFACE_CLASS_NAMES, TRANSFER_TYPE_NAMES } from "./usb/lookup.js";

/**
 * Writes a device, configuration, interface or endpoint in one line, as PyUSB's `repr` does, without its angle brackets:
 * `DEVICE ID 0525:a4a0 on Bus 001 Address 002`. I/O: none. Where the backend cannot tell bus and address,
 * they are left out.
 *
 * @throws TypeError for anything else.
 */
export function headline(target: Device | Configuration | Interface | Endpoint): string {
  if (typeof target === "object" && target !== null) {
    // By their fields, not by class: two copies of this package may meet in one process.
    if ("bEndpointAddress" in target) return endpointLine(target);
    if ("bInterfaceNumber" in target) return interfaceLine(target);
    if ("bConfigurationValue" in target)
      return `CONFIGURATION ${target.bConfigurationValue}: ${target.maxPowerMilliamperes} mA`;
    if ("idVendor" in target) return deviceHeadline(target);
  }
  throw new TypeError(`target must be a Device, Configuration, Interface or Endpoint, got ${show(target)}`);
}

function interfaceLine({ bInterfaceNumber, bAlternateSetting, bInterfaceClass }: Interface): string {
  const alternate = bAlternateSetting === 0 ? "" : `, ${bAlternateSetting}`;
  const name = INTERFACE_CLASS_NAMES.get(bInterfaceClass) ?? "Unknown Class";
  return `INTERFACE ${bInterfaceNumber}${alternate}: ${name}`;
}

function endpointLine({ bEndpointAddress, bmAttributes }: Endpoint): string {
  const direction = (bEndpointAddress & ENDPOINT_IN) !== 0 ? "IN" : "OUT";
  const type = TRANSFER_TYPE_NAMES[bmAttributes & ENDPOINT_TYPE_MASK];
  return `ENDPOINT 0x${bEndpointAddress.toString(16).toUpperCase()}: ${type} ${direction}`;
}
