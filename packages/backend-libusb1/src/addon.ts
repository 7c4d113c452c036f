import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import type { Native } from "./native.js";

let loaded: Native | undefined;

/**
 * Gives the addon of this package, loaded on first use.
 *
 * @throws `Error` that names the platform and the remedy if it was not built for this system.
 */
export function native(): Native {
  loaded ??= load();
  return loaded;
}

function load(): Native {
  const directory = fileURLToPath(new URL("../native", import.meta.url));
  try {
    // By require and not before it is needed: an import of CommonJS is parsed twice, and whoever lists devices waits for it.
    const nodeGypBuild: (directory: string) => unknown = createRequire(import.meta.url)("node-gyp-build");
    return nodeGypBuild(directory) as Native;
  } catch (cause) {
    const target = `${process.platform}-${process.arch}`;
    const remedy = `build it with "npx node-gyp rebuild -C ${directory}"`;
    throw new Error(`@tsusb/backend-libusb1: the addon for ${target} is missing; ${remedy}`, { cause });
  }
}
