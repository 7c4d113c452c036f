import { fileURLToPath } from "node:url";

/** The directory that `#include "tsusb/…"` starts from. */
export const includeDirectory: string = fileURLToPath(new URL("../include", import.meta.url));

/** The file that an addon's `binding.gyp` includes: `"includes": ["<this path, relative>"]`. */
export const gypi: string = fileURLToPath(new URL("../addon.gypi", import.meta.url));
