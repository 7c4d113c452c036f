import { NativeLibrary } from "@tsusb/addon-kit";
import { native } from "./addon.js";

/** The names under which systems have OpenUSB: Linux and Solaris, macOS, and without a version. */
export const CANDIDATES: readonly string[] = ["libopenusb.so.0", "libopenusb.dylib", "openusb"];

/** Where OpenUSB's own package for macOS puts it, and where Solaris has its 64-bit libraries. */
export const DIRECTORIES: readonly string[] = [
  "/Library/Frameworks/openusb.framework/Versions/Current/lib",
  "/usr/lib/amd64",
];

/** What native/library.cc needs; all of it is in OpenUSB 1.0.1, the oldest version that any system has. */
export const REQUIRED_SYMBOLS: readonly string[] = [
  "init",
  "fini",
  "set_event_callback",
  "set_debug",
  "get_devids_by_bus",
  "free_devid_list",
  "get_raw_desc",
  "free_raw_desc",
  "open_device",
  "close_device",
  "get_configuration",
  "set_configuration",
  "claim_interface",
  "release_interface",
  "set_altsetting",
  "reset",
  "xfer_aio",
  "abort",
  "poll",
].map((name) => `openusb_${name}`);

/** OpenUSB, opened by this package's addon, so that the file that was judged is the file that is used. */
export class OpenUsbLibrary extends NativeLibrary {
  /** @throws `Error` with the loader's own words. */
  constructor(path: string) {
    super(native(), path);
  }
}
