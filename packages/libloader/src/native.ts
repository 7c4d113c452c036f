import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import { LibraryNotLoadedException } from "./errors.js";

/** An open library as the addon holds it; means nothing outside it. */
export type NativeLibrary = object & { readonly __nativeLibrary: never };

/** What native/addon.cc exports. Change both files in one commit. */
export interface Native {
  open(path: string): NativeLibrary;
  path(library: NativeLibrary): string;
  has(library: NativeLibrary, symbol: string): boolean;
  close(library: NativeLibrary): void;
}

let loaded: Native | undefined;

function load(): Native {
  const directory = fileURLToPath(new URL("../native", import.meta.url));
  try {
    // By require and not before it is needed: an import of CommonJS is parsed twice, and whoever lists devices waits for it.
    const nodeGypBuild: (directory: string) => unknown = createRequire(import.meta.url)("node-gyp-build");
    return nodeGypBuild(directory) as Native;
  } catch (cause) {
    const target = `${process.platform}-${process.arch}`;
    const remedy = `build it with "npx node-gyp rebuild -C ${directory}"`;
    throw new LibraryNotLoadedException(`@tsusb/libloader: the addon for ${target} is missing; ${remedy}`, {
      cause,
    });
  }
}

/**
 * The addon of this package, loaded on first use: finding a library needs none.
 *
 * @throws {@link LibraryNotLoadedException} `ERR_USB_LIBRARY_NOT_LOADED` if it was not built for this system.
 */
export function native(): Native {
  loaded ??= load();
  return loaded;
}
