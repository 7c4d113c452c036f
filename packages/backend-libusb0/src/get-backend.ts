import { checkLibraryOptions, Instances, logLevelOf } from "@tsusb/addon-kit";
import { type BackendOptions, noBackendError } from "@tsusb/core/backend";
import { loadLocateLibrary } from "@tsusb/libloader";
import { native } from "./addon.js";
import { LibUsb0Backend } from "./backend.js";
import { CANDIDATES, LibUsb0Library, REQUIRED_SYMBOLS } from "./library.js";
import { supportsOf } from "./supports.js";

const instances = new Instances<LibUsb0Backend>();

/**
 * Finds libusb 0.1, loads and initialises it.
 *
 * I/O: reads folders, loads a library, asks the operating system; blocks for the loading only.
 *
 * @param options - The library to use and how much it tells, on stderr: libusb 0.1 has no other
 *   place for it, and `onLog` is never called. Without `libraryPath`, the environment variable
 *   `TSUSB_LIBUSB0_PATH` may name the library; without `logLevel`, `USB_DEBUG` is honoured.
 * @returns The same instance for the same options until it is closed. A system without USB gives a backend that finds
 *   nothing.
 * @throws `NoBackendError` `ERR_USB_NO_BACKEND` if there is no libusb 0.1 that works; `attempts` has every
 *   library that was tried, with the loader's own words.
 * @throws `TypeError` or `RangeError` for an option that does not exist or does not fit.
 */
export async function getBackend(options: BackendOptions = {}): Promise<LibUsb0Backend> {
  checkLibraryOptions(options);
  return instances.get(options, create);
}

async function create(options: BackendOptions, onClose: () => void): Promise<LibUsb0Backend> {
  let library: LibUsb0Library | undefined;
  try {
    const addon = native();
    library = await locate(options);
    const opened = library;
    return await LibUsb0Backend.create({
      native: addon,
      library: opened,
      supports: (inSystem) => supportsOf(addon, opened, inSystem),
      logLevel: logLevelOf(options, "USB_DEBUG"),
      onClose,
    });
  } catch (cause) {
    library?.close();
    throw noBackendError({ name: "libusb0", packageName: "@tsusb/backend-libusb0" }, cause);
  }
}

function locate({ libraryPath, findLibrary }: BackendOptions): Promise<LibUsb0Library> {
  return loadLocateLibrary(CANDIDATES, {
    name: "libusb 0.1",
    libraryPath,
    env: "TSUSB_LIBUSB0_PATH",
    findLibrary,
    symbols: REQUIRED_SYMBOLS,
    cygwinLib: "cygusb0.dll",
    libCls: (path: string) => new LibUsb0Library(path),
  });
}
