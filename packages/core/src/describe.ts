import { USBError } from "./errors.js";
import { headline } from "./headline.js";
import type { Configuration } from "./model/configuration.js";
import type { Device } from "./model/device.js";
import type { Endpoint } from "./model/endpoint.js";
import type { Interface } from "./model/interface.js";
import {
  CONFIG_REMOTE_WAKEUP,
  CONFIG_SELF_POWERED,
  ENDPOINT_IN,
  ENDPOINT_TYPE_MASK,
} from "./usb/constants.js";
import { hexWord } from "./usb/hex.js";
import {
  DESCRIPTOR_NAMES,
  DEVICE_CLASS_NAMES,
  INTERFACE_CLASS_NAMES,
  TRANSFER_TYPE_NAMES,
} from "./usb/lookup.js";

/** One line: name of the field, its value, and what it means if there is more to say. */
type Line = readonly [name: string, value: string, meaning?: string];

/** Columns up to which a headline is filled. */
const WIDTH = 60;

/**
 * Writes a device, or a part of one, with everything in it, as PyUSB's `print(device)` does: the same lines in the same
 * layout. A string that cannot be read is `Error Accessing String`.
 *
 * I/O: for strings, one or two control transfers each; opens the device. An {@link Endpoint} needs none.
 *
 * @returns Lines without a newline at the end.
 * @throws TypeError for anything else.
 */
export async function describe(target: Device | Configuration | Interface | Endpoint): Promise<string> {
  // Names the argument if it is none of the four.
  headline(target);
  if ("bEndpointAddress" in target) return describeEndpoint(target);
  if ("bInterfaceNumber" in target) return describeInterface(target);
  if ("bConfigurationValue" in target) return describeConfiguration(target);
  return describeDevice(target);
}

async function describeDevice(device: Device): Promise<string> {
  const configurations = await configurationsOf(device);
  const own = block(0, headline(device), [
    ["bLength", hex(device.bLength), "(18 bytes)"],
    ["bDescriptorType", hex(device.bDescriptorType), descriptorName(device)],
    ["bcdUSB", hex(device.bcdUSB), `USB ${release(device.bcdUSB)}`],
    ["bDeviceClass", hex(device.bDeviceClass), DEVICE_CLASS_NAMES.get(device.bDeviceClass) ?? ""],
    ["bDeviceSubClass", hex(device.bDeviceSubClass)],
    ["bDeviceProtocol", hex(device.bDeviceProtocol)],
    ["bMaxPacketSize0", hex(device.bMaxPacketSize0), `(${device.bMaxPacketSize0} bytes)`],
    ["idVendor", hexWord(device.idVendor)],
    ["idProduct", hexWord(device.idProduct)],
    ["bcdDevice", hex(device.bcdDevice), `Device ${release(device.bcdDevice)}`],
    ["iManufacturer", hex(device.iManufacturer), await stringOf(device, device.iManufacturer)],
    ["iProduct", hex(device.iProduct), await stringOf(device, device.iProduct)],
    ["iSerialNumber", hex(device.iSerialNumber), await stringOf(device, device.iSerialNumber)],
    ["bNumConfigurations", hex(device.bNumConfigurations)],
  ]);
  if (configurations === undefined) return `${own} USBError Accessing Configurations`;
  return join(own, await describeAll(configurations, describeConfiguration));
}

/** Where the backend knows descriptors only once the device is open, opens it. */
async function configurationsOf(device: Device): Promise<readonly Configuration[] | undefined> {
  try {
    if (device.backend.supports.descriptors === "onOpen" && !device.isOpen) await device.open();
    return device.configurations;
  } catch (error) {
    if (USBError.is(error)) return undefined;
    throw error;
  }
}

async function describeConfiguration(configuration: Configuration): Promise<string> {
  const { bmAttributes, iConfiguration, wTotalLength } = configuration;
  const power = (bmAttributes & CONFIG_SELF_POWERED) !== 0 ? "Self Powered" : "Bus Powered";
  const wakeup = (bmAttributes & CONFIG_REMOTE_WAKEUP) !== 0 ? ", Remote Wakeup" : "";
  const own = block(2, headline(configuration), [
    ["bLength", hex(configuration.bLength), "(9 bytes)"],
    ["bDescriptorType", hex(configuration.bDescriptorType), descriptorName(configuration)],
    ["wTotalLength", hex(wTotalLength), `(${wTotalLength} bytes)`],
    ["bNumInterfaces", hex(configuration.bNumInterfaces)],
    ["bConfigurationValue", hex(configuration.bConfigurationValue)],
    ["iConfiguration", hex(iConfiguration), await stringOf(configuration.device, iConfiguration)],
    ["bmAttributes", hex(bmAttributes), power + wakeup],
    ["bMaxPower", hex(configuration.bMaxPower), `(${configuration.maxPowerMilliamperes} mA)`],
  ]);
  return join(own, await describeAll(configuration.interfaces, describeInterface));
}

async function describeInterface(interface_: Interface): Promise<string> {
  const { bInterfaceClass, iInterface } = interface_;
  const own = block(4, headline(interface_), [
    ["bLength", hex(interface_.bLength), "(9 bytes)"],
    ["bDescriptorType", hex(interface_.bDescriptorType), descriptorName(interface_)],
    ["bInterfaceNumber", hex(interface_.bInterfaceNumber)],
    ["bAlternateSetting", hex(interface_.bAlternateSetting)],
    ["bNumEndpoints", hex(interface_.bNumEndpoints)],
    ["bInterfaceClass", hex(bInterfaceClass), INTERFACE_CLASS_NAMES.get(bInterfaceClass) ?? ""],
    ["bInterfaceSubClass", hex(interface_.bInterfaceSubClass)],
    ["bInterfaceProtocol", hex(interface_.bInterfaceProtocol)],
    ["iInterface", hex(iInterface), await stringOf(interface_.device, iInterface)],
  ]);
  return join(own, interface_.endpoints.map(describeEndpoint));
}

function describeEndpoint(endpoint: Endpoint): string {
  const { bEndpointAddress, bmAttributes, wMaxPacketSize } = endpoint;
  const direction = (bEndpointAddress & ENDPOINT_IN) !== 0 ? "IN" : "OUT";
  return block(6, headline(endpoint), [
    ["bLength", hex(endpoint.bLength), "(7 bytes)"],
    ["bDescriptorType", hex(endpoint.bDescriptorType), descriptorName(endpoint)],
    ["bEndpointAddress", hex(bEndpointAddress), direction],
    ["bmAttributes", hex(bmAttributes), TRANSFER_TYPE_NAMES[bmAttributes & ENDPOINT_TYPE_MASK] ?? ""],
    ["wMaxPacketSize", hex(wMaxPacketSize), `(${wMaxPacketSize} bytes)`],
    ["bInterval", hex(endpoint.bInterval)],
  ]);
}

/** One after the other: the strings of all of them go over one control pipe. */
async function describeAll<T>(
  items: Iterable<T>,
  describeOne: (item: T) => Promise<string>,
): Promise<string[]> {
  const texts: string[] = [];
  for (const item of items) texts.push(await describeOne(item));
  return texts;
}

/** @param indent - Of the headline; fields stand one further and end in the same column at every depth. */
function block(indent: number, title: string, lines: readonly Line[]): string {
  const head = `${" ".repeat(indent)}${title} `;
  const margin = " ".repeat(indent + 1);
  const fields = lines.map(([name, value, meaning]) => {
    const end = meaning === undefined ? "" : ` ${meaning}`;
    return `${margin}${name.padEnd(23 - indent)}:${value.padStart(7)}${end}`;
  });
  return join(head.padEnd(WIDTH, "="), fields);
}

function join(first: string, rest: readonly string[]): string {
  return [first, ...rest].join("\n");
}

function hex(value: number): string {
  return `0x${value.toString(16)}`;
}

/** PyUSB's reading of a binary-coded decimal: the last digit only if it is not 0, and everything above as one number. */
function release(bcd: number): string {
  const last = bcd & 0x0f;
  return `${bcd >> 8}.${(bcd & 0xf0) >> 4}${last === 0 ? "" : last}`;
}

function descriptorName({ bDescriptorType }: { readonly bDescriptorType: number }): string {
  return DESCRIPTOR_NAMES.get(bDescriptorType) ?? "";
}

async function stringOf(device: Device, index: number): Promise<string> {
  if (index === 0) return "";
  try {
    return (await device.getString(index)) ?? "";
  } catch {
    // Whatever the reason, the rest of the description is worth having; getString() tells it to those who ask.
    return "Error Accessing String";
  }
}
