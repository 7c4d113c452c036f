import type { Device } from "@tsusb/core";
import { deviceName, needsNames } from "../device-name.js";
import { idsOf, placeOf, portPathOf } from "../device-query.js";
import { sortDevices } from "../sort-devices.js";
import { loadUsbIds } from "../usb-ids.js";
import { printable } from "./printable.js";
import { table } from "./table.js";

/** Bits a second, by `SPEED_*`; Linux and lsusb write them so. */
const SPEEDS: readonly string[] = ["", "1.5M", "12M", "480M", "5G", "10G", "20G"];

/**
 * Writes devices one a line, sorted.
 *
 * I/O: the list of names, if a device has no strings of its own; never a device.
 *
 * @param columns - As `table` takes it.
 */
export async function deviceTable(devices: readonly Device[], columns: number | undefined): Promise<string> {
  const namesOf = await loadUsbIds(devices.some(needsNames) ? undefined : []);
  const rows = sortDevices(devices).map((device) => [
    placeOf(device),
    portPathOf(device),
    idsOf(device),
    SPEEDS[device.speed ?? 0] ?? "",
    printable(deviceName(device, namesOf(device.idVendor, device.idProduct))),
  ]);
  const heads = [
    { title: "DEVICE" },
    { title: "PORTS" },
    { title: "ID" },
    { title: "SPEED", align: "right" },
    { title: "NAME" },
  ] as const;
  return table(heads, rows, columns);
}
