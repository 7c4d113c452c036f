import { checkLibraryOptions, Instances, logLevelOf } from "@tsusb/addon-kit";
import { type BackendOptions, noBackendError } from "@tsusb/core/backend";
import { loadLocateLibrary } from "@tsusb/libloader";
import { native } from "./addon.js";
import { LibUsb1Backend } from "./backend.js";
import { CANDIDATES, LibUsb1Library, REQUIRED_SYMBOLS } from "./library.js";
import { supportsOf } from "./supports.js";

const instances = new Instances<LibUsb1Backend>();

/**
 * Finds libusb 1.0, loads and initialises it.
 *
 * I/O: reads folders, loads a library, asks the operating system; blocks for the loading only.
 *
 * @param options - The library to use and where its log goes. Without `libraryPath`, the environment variable
 *   `TSUSB_LIBUSB1_PATH` may name the library; without `logLevel`, `LIBUSB_DEBUG` is honoured.
 * @returns The same instance for the same options until it is closed. A system without USB gives a backend that finds
 *   nothing.
 * @throws `NoBackendError` `ERR_USB_NO_BACKEND` if there is no libusb 1.0 that works; `attempts` has every
 *   library that was tried, with the loader's own words.
 * @throws `TypeError` or `RangeError` for an option that does not exist or does not fit.
 */
export async function getBackend(options: BackendOptions = {}): Promise<LibUsb1Backend> {
  checkLibraryOptions(options);
  return instances.get(options, create);
}

async function create(options: BackendOptions, onClose: () => void): Promise<LibUsb1Backend> {
  let library: LibUsb1Library | undefined;
  try {
    const addon = native();
    library = await locate(options);
    const opened = library;
    return await LibUsb1Backend.create({
      native: addon,
      library: opened,
      supports: (hasUsb) => supportsOf(addon, opened, hasUsb),
      logLevel: logLevelOf(options, "LIBUSB_DEBUG"),
      onLog: options.onLog,
      onClose,
    });
  } catch (cause) {
    library?.close();
    throw noBackendError({ name: "libusb1", packageName: "@tsusb/backend-libusb1" }, cause);
  }
}

function locate({ libraryPath, findLibrary }: BackendOptions): Promise<LibUsb1Library> {
  return loadLocateLibrary(CANDIDATES, {
    name: "libusb 1.0",
    libraryPath,
    env: "TSUSB_LIBUSB1_PATH",
    findLibrary,
    symbols: REQUIRED_SYMBOLS,
    cygwinLib: "cygusb-1.0.dll",
    libCls: (path: string) => new LibUsb1Library(path),
  });
}
