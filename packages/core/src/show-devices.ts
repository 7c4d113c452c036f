import { describe } from "./describe.js";
import { headline } from "./headline.js";
import { findAll } from "./selection/find.js";
import type { FindOptions } from "./selection/options.js";
import { DEVICE_CLASS_NAMES } from "./usb/lookup.js";

/** What {@link showDevices} takes: every option of `findAll`, and how much to say. */
export interface ShowDevicesOptions extends FindOptions {
  /** All of each device, as {@link describe} writes it, instead of one line. Default `false`. */
  readonly verbose?: boolean;
}

/**
 * Writes the devices that match, one a line, as PyUSB's `show_devices` does.
 *
 * I/O: as `findAll`; with `verbose` also as {@link describe}.
 *
 * @returns Lines, each with its newline; empty if there is no device.
 * @throws As `findAll`.
 */
export async function showDevices(options: ShowDevicesOptions = {}): Promise<string> {
  const { verbose = false, ...filter } = options;
  const texts: string[] = [];
  for (const device of await findAll(filter)) {
    const name = DEVICE_CLASS_NAMES.get(device.bDeviceClass) ?? "";
    texts.push(verbose ? `${await describe(device)}\n\n` : `${headline(device)}, ${name}\n`);
  }
  return texts.join("");
}
