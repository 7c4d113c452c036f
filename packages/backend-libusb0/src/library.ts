import { NativeLibrary } from "@tsusb/addon-kit";
import { native } from "./addon.js";

/** The names under which systems have libusb 0.1. Plain `usb` may be 1.0 as well; the symbols tell. */
export const CANDIDATES: readonly string[] = [
  "libusb-0.1.so.4",
  "libusb-0.1.4.dylib",
  "libusb0.dll",
  "usb-0.1",
  "usb0",
  "usb",
];

/** What native/library.cc needs; all of it is in every libusb 0.1. */
export const REQUIRED_SYMBOLS: readonly string[] = [
  "init",
  "find_busses",
  "find_devices",
  "get_busses",
  "open",
  "close",
  "bulk_write",
  "bulk_read",
  "interrupt_write",
  "interrupt_read",
  "control_msg",
  "set_configuration",
  "claim_interface",
  "release_interface",
  "set_altinterface",
  "clear_halt",
  "reset",
].map((name) => `usb_${name}`);

/** Three libraries share the name and the functions of libusb 0.1. */
export type Implementation = "original" | "compat" | "win32";

/** The position is the addon's number of it. */
const IMPLEMENTATIONS: readonly Implementation[] = ["original", "compat", "win32"];

/** libusb 0.1, opened by this package's addon, so that the file that was judged is the file that is used. */
export class LibUsb0Library extends NativeLibrary {
  /** Told by its symbols. */
  readonly implementation: Implementation;

  /** @throws `Error` with the loader's own words. */
  constructor(path: string) {
    super(native(), path);
    this.implementation = IMPLEMENTATIONS[native().implementation(this.id)] ?? "original";
  }
}
