import type { BackendDevice, ClassTriple } from "../contract/backend-device.js";
import type { Device, DeviceStrings } from "../model/device.js";
import type { DeviceFilter } from "./options.js";

/** The strings that a device may be found by. */
export const STRING_FIELDS = ["serialNumber", "manufacturer", "product"] as const satisfies readonly (
  | keyof DeviceStrings
  | keyof DeviceFilter
)[];

const LISTED_FIELDS = ["bus", "address", "speed", "idVendor", "idProduct"] as const;

const DEVICE_FIELDS = [
  ...LISTED_FIELDS,
  "bLength",
  "bDescriptorType",
  "bcdUSB",
  "bDeviceClass",
  "bDeviceSubClass",
  "bDeviceProtocol",
  "bMaxPacketSize0",
  "bcdDevice",
  "iManufacturer",
  "iProduct",
  "iSerialNumber",
  "bNumConfigurations",
] as const;

/** Tells from the list alone whether a device can match; what the list does not tell speaks for it. */
export function mayMatch(listed: BackendDevice, filter: DeviceFilter): boolean {
  return (
    LISTED_FIELDS.every((field) => listed[field] === undefined || accepts(filter[field], listed[field])) &&
    (listed.portNumbers === undefined || acceptsPorts(filter, listed.portNumbers))
  );
}

/** Compares everything that needs no device to be asked, but for `customMatch`. */
export function matchesFields(device: Device, listed: BackendDevice, filter: DeviceFilter): boolean {
  return (
    DEVICE_FIELDS.every((field) => accepts(filter[field], device[field])) &&
    acceptsPorts(filter, device.portNumbers) &&
    matchesInterface(device, listed, filter)
  );
}

/**
 * Compares the strings that are known.
 *
 * @returns `"unknown"` if none that is known differs and one would have to be asked for.
 */
export function matchesStrings(
  device: Device,
  known: Partial<DeviceStrings>,
  filter: DeviceFilter,
): boolean | "unknown" {
  const wanted = STRING_FIELDS.filter((field) => filter[field] !== undefined);
  const answers = wanted.map((field) => {
    const value = known[field] ?? device[field];
    if (value !== undefined) return value === filter[field];
    return device[STRING_INDEXES[field]] === 0 && !isUnread(device) ? false : "unknown";
  });
  if (answers.includes(false)) return false;
  return answers.includes("unknown") ? "unknown" : true;
}

const STRING_INDEXES = {
  manufacturer: "iManufacturer",
  product: "iProduct",
  serialNumber: "iSerialNumber",
} as const;

/** Whether its descriptors are still to come: with the opening. */
function isUnread(device: Device): boolean {
  return device.bLength === 0 && device.backend.supports.descriptors === "onOpen";
}

function accepts(wanted: number | undefined, value: number | undefined): boolean {
  return wanted === undefined || wanted === value;
}

function acceptsPorts({ portNumbers: wanted }: DeviceFilter, ports: readonly number[] | undefined): boolean {
  if (wanted === undefined) return true;
  return ports?.length === wanted.length && wanted.every((port, index) => port === ports[index]);
}

/** One alternate setting must have all that is asked for; two that have a part each do not do. */
function matchesInterface(device: Device, listed: BackendDevice, filter: DeviceFilter): boolean {
  const { bInterfaceClass, bInterfaceSubClass, bInterfaceProtocol } = filter;
  if (bInterfaceClass === undefined && bInterfaceSubClass === undefined && bInterfaceProtocol === undefined) {
    return true;
  }
  return interfaceClasses(device, listed).some(
    (triple) =>
      accepts(bInterfaceClass, triple.class) &&
      accepts(bInterfaceSubClass, triple.subClass) &&
      accepts(bInterfaceProtocol, triple.protocol),
  );
}

function interfaceClasses(device: Device, listed: BackendDevice): readonly ClassTriple[] {
  // A backend that knows descriptors only once the device is open may have listed the classes.
  if (device.backend.supports.descriptors === "onOpen" && listed.interfaceClasses)
    return listed.interfaceClasses;
  return device.configurations
    .flatMap(({ interfaces }) => interfaces)
    .map((each) => ({
      class: each.bInterfaceClass,
      subClass: each.bInterfaceSubClass,
      protocol: each.bInterfaceProtocol,
    }));
}
