import { findAll } from "@tsusb/core";
import { noDevicesMessage } from "../no-devices.js";
import { deviceJson } from "../output/device-json.js";
import { deviceTable } from "../output/device-table.js";
import { printableJson } from "../output/printable.js";
import { sortDevices } from "../sort-devices.js";
import type { Terminal } from "../terminal.js";
import { withBackend } from "../with-backend.js";

/** Options of `tsusb list` and `tsusb show`. */
export interface ListOptions {
  /** Name of the backend; default: the best one. */
  readonly backend?: string | undefined;
  /** JSON instead of text for people. */
  readonly json?: boolean;
}

/** `tsusb list`: every device, one a line. Opens none. */
export async function list({ backend: name, json = false }: ListOptions, terminal: Terminal): Promise<void> {
  await withBackend(name, async (backend) => {
    const devices = sortDevices(await findAll({ backend }));
    if (json) terminal.out(`${printableJson(devices.map(deviceJson))}\n`);
    else if (devices.length > 0) terminal.out(await deviceTable(devices, terminal.columns));
    if (devices.length > 0) return;
    // JSON is for programs: what people are told goes beside it.
    const say = json ? terminal.err : terminal.out;
    say(`${noDevicesMessage(backend)}\n`);
  });
}
