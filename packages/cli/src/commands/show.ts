import { type Device, describe, findAll, USBError } from "@tsusb/core";
import type { IBackend } from "@tsusb/core/backend";
import { type DeviceQuery, idsOf, placeOf } from "../device-query.js";
import { Failure } from "../failure.js";
import { deviceTreeJson } from "../output/device-json.js";
import { deviceTable } from "../output/device-table.js";
import { printable, printableJson, printableLines } from "../output/printable.js";
import type { Terminal } from "../terminal.js";
import { withBackend } from "../with-backend.js";
import type { ListOptions } from "./list.js";

/** `tsusb show DEVICE`: everything about one device. Opens it, for its strings; without permission, shows the rest. */
export async function show(
  query: DeviceQuery,
  { backend: name, json = false }: ListOptions,
  terminal: Terminal,
): Promise<void> {
  await withBackend(name, async (backend) => {
    const device = await theDevice(query, backend);
    await readStrings(device, terminal);
    if (json) terminal.out(`${printableJson([deviceTreeJson(device)])}\n`);
    else terminal.out(`${printableLines(await describe(device))}\n`);
    await device.close();
    if (json) return;
    for (const { source, offset, message } of device.warnings)
      terminal.err(`tsusb: warning: ${source}, byte ${offset}: ${printable(message)}\n`);
  });
}

async function theDevice({ text, filter }: DeviceQuery, backend: IBackend): Promise<Device> {
  const devices = await findAll({ ...filter, backend });
  const [first] = devices;
  if (first === undefined) throw new Failure(`no device is ${text}; tsusb list names those that are here`);
  if (devices.length === 1) return first;
  const lines = (await deviceTable(devices, undefined)).trimEnd();
  const example = `tsusb show ${placeOf(first)}`;
  throw new Failure(`${devices.length} devices are ${text}; say which, for example ${example}\n${lines}`);
}

/** Opens the device and reads its strings, so that what cannot be read is explained once. */
async function readStrings(device: Device, terminal: Terminal): Promise<void> {
  try {
    await device.open();
    await device.readStrings();
  } catch (error) {
    if (!USBError.is(error)) throw error;
    const what = device.isOpen ? "not all strings can be read" : "it cannot be opened for its strings";
    terminal.err(`tsusb: ${idsOf(device)}: ${what}: ${printableLines(error.message)}\n`);
  }
}
