import { loadAddon } from "@tsusb/addon-kit";
import type { Native } from "./native.js";

let loaded: Native | undefined;

/**
 * Gives the addon of this package, loaded on first use.
 *
 * @throws `Error` that names the platform and the remedy if it was not built for this system.
 */
export function native(): Native {
  loaded ??= loadAddon<Native>(import.meta.url, "@tsusb/backend-libusb0");
  return loaded;
}
