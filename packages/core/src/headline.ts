import type { Configuration } from "./model/configuration.js";
import type { Device } from "./model/device.js";
import type { Endpoint } from "./model/endpoint.js";
import {
  configurationHeadline,
  deviceHeadline,
  endpointHeadline,
  interfaceHeadline,
} from "./model/headline.js";
import type { Interface } from "./model/interface.js";
import { show } from "./usb/check-integer.js";

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
    if ("bEndpointAddress" in target) return endpointHeadline(target);
    if ("bInterfaceNumber" in target) return interfaceHeadline(target);
    if ("bConfigurationValue" in target) return configurationHeadline(target);
    if ("idVendor" in target) return deviceHeadline(target);
  }
  throw new TypeError(`target must be a Device, Configuration, Interface or Endpoint, got ${show(target)}`);
}
