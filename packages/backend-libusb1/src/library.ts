import { NativeLibrary } from "@tsusb/addon-kit";
import { native } from "./addon.js";

/** The names under which systems have libusb 1.0. `libusb.so.3` is FreeBSD's; plain `usb` may be 0.1 as well. */
export const CANDIDATES: readonly string[] = [
  "libusb-1.0.so.0",
  "libusb-1.0.0.dylib",
  "libusb-1.0.dll",
  "usb-1.0",
  "libusb.so.3",
  "usb",
];

/** What native/library.cc needs; all of it is in libusb 1.0.16, the oldest version that works. */
export const REQUIRED_SYMBOLS: readonly string[] = [
  "init",
  "exit",
  "get_version",
  "get_device_list",
  "free_device_list",
  "ref_device",
  "unref_device",
  "get_bus_number",
  "get_device_address",
  "get_device_speed",
  "get_device_descriptor",
  "get_config_descriptor",
  "free_config_descriptor",
  "open",
  "close",
  "get_device",
  "get_configuration",
  "set_configuration",
  "claim_interface",
  "release_interface",
  "set_interface_alt_setting",
  "clear_halt",
  "reset_device",
  "kernel_driver_active",
  "detach_kernel_driver",
  "attach_kernel_driver",
  "alloc_transfer",
  "free_transfer",
  "submit_transfer",
  "cancel_transfer",
  "handle_events_timeout_completed",
].map((name) => `libusb_${name}`);

/** libusb 1.0, opened by this package's addon, so that the file that was judged is the file that is used. */
export class LibUsb1Library extends NativeLibrary {
  /** @throws `Error` with the loader's own words. */
  constructor(path: string) {
    super(native(), path);
  }
}
