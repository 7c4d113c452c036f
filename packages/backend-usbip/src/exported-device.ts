import {
  type BackendDevice,
  type IBackend,
  SPEED_FULL,
  SPEED_LOW,
  SPEED_SUPER,
  SPEED_SUPER_PLUS,
  SPEED_SUPER_PLUS_X2,
} from "@tsusb/core/backend";
import { ConfigurationMap } from "./configuration-map.js";
import type { DeviceBlock } from "./device-block.js";

/** Where a client finds a device. */
export interface DevicePlace {
  readonly busid: string;
  readonly busnum: number;
  readonly devnum: number;
}

/** A device that clients may import, as far as it can be read without opening it. */
export interface ExportedDevice extends DevicePlace {
  readonly device: BackendDevice;
  /** The device descriptor, at least 18 bytes. */
  readonly descriptor: Uint8Array;
  /** By index. */
  readonly configurations: readonly ConfigurationMap[];
}

/**
 * Reads a device's descriptors.
 *
 * I/O: asks the operating system.
 *
 * @returns `undefined` for a hub, whose ports nobody could use, and for what gives no descriptor.
 * @throws USBError as the backend does.
 */
export async function readExportedDevice(
  backend: IBackend,
  device: BackendDevice,
  place: DevicePlace,
): Promise<ExportedDevice | undefined> {
  const descriptor = await backend.getDeviceDescriptor(device);
  if (descriptor.length < DEVICE_DESCRIPTOR_SIZE || descriptor[4] === CLASS_HUB) return undefined;
  const configurations: ConfigurationMap[] = [];
  for (let index = 0; index < (descriptor[17] ?? 0); index++)
    configurations.push(new ConfigurationMap(await backend.getConfigurationDescriptor(device, index)));
  return { ...place, device, descriptor, configurations };
}

/** What a client names the device by in its commands. */
export const devidOf = ({ busnum, devnum }: DevicePlace): number => ((busnum << 16) | devnum) >>> 0;

/** Writes down what clients are told of a device. @param configuration - The one that is selected, `undefined` for none. */
export function deviceBlockOf(
  exported: ExportedDevice,
  configuration: ConfigurationMap | undefined,
): DeviceBlock {
  const { busid, busnum, devnum, device, descriptor } = exported;
  const word = (at: number): number => (descriptor[at] ?? 0) | ((descriptor[at + 1] ?? 0) << 8);
  return {
    path: device.sysfs ?? `/sys/devices/tsusb/${busid}`,
    busid,
    busnum,
    devnum,
    speed: linuxSpeed(device.speed),
    idVendor: word(8),
    idProduct: word(10),
    bcdDevice: word(12),
    bDeviceClass: descriptor[4] ?? 0,
    bDeviceSubClass: descriptor[5] ?? 0,
    bDeviceProtocol: descriptor[6] ?? 0,
    bConfigurationValue: configuration?.value ?? 0,
    bNumConfigurations: descriptor[17] ?? 0,
    interfaces: [...(configuration?.interfaces.values() ?? [])].slice(0, 255),
  };
}

// Source: USB 2.0 Table 9-8; the class code is the USB-IF's.
const DEVICE_DESCRIPTOR_SIZE = 18;
const CLASS_HUB = 0x09;

/**
 * Source: enum usb_device_speed in Linux include/uapi/linux/usb/ch9.h. Super-speed plus is told as super: until 2024
 * vhci_hcd refused to attach anything above.
 */
function linuxSpeed(speed: number | undefined): number {
  switch (speed) {
    case SPEED_LOW:
      return 1;
    case SPEED_FULL:
      return 2;
    case SPEED_SUPER:
    case SPEED_SUPER_PLUS:
    case SPEED_SUPER_PLUS_X2:
      return 5;
    default:
      return 3;
  }
}
