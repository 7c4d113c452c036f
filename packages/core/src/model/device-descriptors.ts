import type { IBackend } from "../contract/backend.js";
import type { BackendDevice } from "../contract/backend-device.js";
import { USBError } from "../errors.js";
import { show } from "../usb/check-integer.js";
import type { ConfigurationDescriptor, DescriptorWarning, DeviceDescriptor } from "../usb/descriptors.js";
import { parseConfiguration } from "../usb/parse-configuration.js";
import { parseDeviceDescriptor } from "../usb/parse-device.js";
import { withinTime } from "./within-time.js";

/**
 * Milliseconds that a backend may take for one descriptor, which it has or asks the system for. One that hangs must not
 * keep the devices behind it from being found.
 */
const LONGEST_ANSWER = 5000;

/** Everything that a device object knows of its device from descriptors. */
export interface DeviceDescriptors {
  readonly device: DeviceDescriptor;
  /** `undefined`: only known once the device is open. */
  readonly configurations: readonly ConfigurationDescriptor[] | undefined;
  readonly warnings: readonly DescriptorWarning[];
}

/**
 * Reads and parses all descriptors. What cannot be read becomes a warning; then the ids come from the listing.
 */
export async function readDescriptors(
  backend: IBackend,
  backendDevice: BackendDevice,
): Promise<DeviceDescriptors> {
  const warnings: DescriptorWarning[] = [];
  const deviceBytes = await attempt(backend, "getDeviceDescriptor", "device", warnings, () =>
    backend.getDeviceDescriptor(backendDevice),
  );
  if (deviceBytes === "not open")
    return { device: listed(backendDevice, undefined), configurations: undefined, warnings };
  let device = listed(backendDevice, undefined);
  if (deviceBytes !== undefined) {
    const parsed = parseDeviceDescriptor(deviceBytes);
    warnings.push(...parsed.warnings);
    device = listed(backendDevice, parsed.descriptor);
  }
  const configurations: ConfigurationDescriptor[] = [];
  for (let index = 0; index < device.bNumConfigurations; index++) {
    const bytes = await attempt(
      backend,
      "getConfigurationDescriptor",
      `configuration ${index}`,
      warnings,
      () => backend.getConfigurationDescriptor(backendDevice, index),
    );
    // A count that lies must not cost 255 questions: the first one without an answer ends it.
    if (bytes === undefined) break;
    if (bytes === "not open") return { device, configurations: undefined, warnings };
    const parsed = parseConfiguration(bytes, index);
    warnings.push(...parsed.warnings);
    configurations.push(parsed.descriptor);
  }
  return { device, configurations, warnings };
}

async function attempt(
  backend: IBackend,
  method: string,
  source: string,
  warnings: DescriptorWarning[],
  read: () => Promise<Uint8Array>,
): Promise<Uint8Array | "not open" | undefined> {
  try {
    const bytes: unknown = await withinTime(read(), LONGEST_ANSWER);
    if (bytes instanceof Uint8Array) return bytes;
    throw new TypeError(`it gave ${show(bytes)} instead of a Uint8Array`);
  } catch (error) {
    if (USBError.is(error) && error.code === "ERR_USB_NOT_OPEN") return "not open";
    const message = error instanceof Error ? error.message : String(error);
    warnings.push({
      code: "unreadable",
      offset: 0,
      source,
      message: `${backend.name}.${method}: ${message}`,
    });
    return undefined;
  }
}

/** What the descriptor says, and where there is none, what the listing says. */
function listed(backendDevice: BackendDevice, descriptor: DeviceDescriptor | undefined): DeviceDescriptor {
  if (descriptor !== undefined) return descriptor;
  return {
    bLength: 0,
    bDescriptorType: 0,
    bcdUSB: 0,
    bDeviceClass: backendDevice.deviceClass?.class ?? 0,
    bDeviceSubClass: backendDevice.deviceClass?.subClass ?? 0,
    bDeviceProtocol: backendDevice.deviceClass?.protocol ?? 0,
    bMaxPacketSize0: 0,
    idVendor: backendDevice.idVendor ?? 0,
    idProduct: backendDevice.idProduct ?? 0,
    bcdDevice: 0,
    iManufacturer: 0,
    iProduct: 0,
    iSerialNumber: 0,
    bNumConfigurations: 0,
  };
}
