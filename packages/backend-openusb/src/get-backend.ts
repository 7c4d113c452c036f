import path from "node:path";
import { checkLibraryOptions, Instances, logLevelOf } from "@tsusb/addon-kit";
import {
  type BackendOptions,
  type LibraryAttempt,
  type NoBackendError,
  noBackendError,
  USBError,
} from "@tsusb/core/backend";
import { LibraryException, loadLocateLibrary } from "@tsusb/libloader";
import { native } from "./addon.js";
import { OpenUsbBackend } from "./backend.js";
import { OPENUSB_PLATFORM_FAILURE } from "./constants.js";
import { CANDIDATES, DIRECTORIES, OpenUsbLibrary, REQUIRED_SYMBOLS } from "./library.js";
import { supportsOf } from "./supports.js";

const PACKAGE = "@tsusb/backend-openusb";

const instances = new Instances<OpenUsbBackend>();

/**
 * Finds OpenUSB, loads and initialises it.
 *
 * I/O: reads folders, loads a library, asks the operating system; blocks for the loading only.
 *
 * @param options - The library to use and where its log goes. Without `libraryPath`, the environment variable
 *   `TSUSB_OPENUSB_PATH` may name the library; without `logLevel`, `OPENUSB_DEBUG` is honoured.
 * @returns The same instance for the same options until it is closed.
 * @throws {@link NoBackendError} `ERR_USB_NO_BACKEND` if there is no OpenUSB that works; `attempts` has every library
 *   that was tried, with the loader's own words.
 * @throws `TypeError` or `RangeError` for an option that does not exist or does not fit.
 */
export async function getBackend(options: BackendOptions = {}): Promise<OpenUsbBackend> {
  checkLibraryOptions(options);
  return instances.get(options, create);
}

async function create(options: BackendOptions, onClose: () => void): Promise<OpenUsbBackend> {
  let library: OpenUsbLibrary | undefined;
  try {
    const addon = native();
    library = await locate(options);
    return await OpenUsbBackend.create({
      native: addon,
      library,
      supports: supportsOf(),
      logLevel: logLevelOf(options, "OPENUSB_DEBUG"),
      onLog: options.onLog,
      onClose,
    });
  } catch (cause) {
    library?.close();
    throw noBackend(cause, library);
  }
}

function locate({ libraryPath, findLibrary }: BackendOptions): Promise<OpenUsbLibrary> {
  return loadLocateLibrary(CANDIDATES, {
    name: "OpenUSB",
    libraryPath,
    env: "TSUSB_OPENUSB_PATH",
    findLibrary,
    symbols: REQUIRED_SYMBOLS,
    directories: DIRECTORIES,
    libCls: (file: string) => new OpenUsbLibrary(file),
  });
}

function noBackend(cause: unknown, library: OpenUsbLibrary | undefined): NoBackendError {
  const libraries: readonly LibraryAttempt[] = cause instanceof LibraryException ? cause.attempts : [];
  return noBackendError({ name: "openusb", packageName: PACKAGE }, cause, hintFor(cause, libraries, library));
}

/** What to do about failures that only OpenUSB has. */
function hintFor(
  cause: unknown,
  libraries: readonly LibraryAttempt[],
  library: OpenUsbLibrary | undefined,
): string | undefined {
  // Some builds of 1.1.x call two functions that they do not contain.
  if (libraries.some(({ message }) => /undefined symbol: openusb_le(16|32)_to_cpu/.test(message)))
    return "This build of OpenUSB is broken: it calls functions that it does not contain. Build it anew, or take another one.";
  if (library === undefined || !USBError.is(cause) || cause.backendErrorCode !== OPENUSB_PLATFORM_FAILURE)
    return undefined;
  const folder = path.join(path.dirname(library.path), "openusb_backend");
  return `OpenUSB has no plug-in for this system, such as linux.so: it looks into the folder openusb_backend/ of the place that it was built for, mostly ${folder}, and into the one that OPENUSB_BACKEND_PATH names.`;
}
