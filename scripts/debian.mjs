// What the demo, the checks and the tests take from Debian: absolute path to package.
import { ensureFiles } from "./apt.mjs";

/** Debian's name of this machine's architecture in library folders. */
const MULTIARCH = { x64: "x86_64-linux-gnu", arm64: "aarch64-linux-gnu", arm: "arm-linux-gnueabihf" }[
  process.arch
];

export const LIBUSB_1 = [`/usr/lib/${MULTIARCH}/libusb-1.0.so.0`, "libusb-1.0-0"];
export const LIBUSB_0 = [`/usr/lib/${MULTIARCH}/libusb-0.1.so.4`, "libusb-0.1-4"];
/** What the benchmarks' rivals in C are compiled with. */
export const LIBUSB_1_HEADER = ["/usr/include/libusb-1.0/libusb.h", "libusb-1.0-0-dev"];
export const LIBUSB_0_HEADER = ["/usr/include/usb.h", "libusb-dev"];
export const LSUSB = ["/usr/bin/lsusb", "usbutils"];
export const PYUSB = ["/usr/lib/python3/dist-packages/usb/core.py", "python3-usb"];
export const USBIP = ["/usr/sbin/usbip", "usbip"];

/**
 * Installs what is missing, where that is allowed; throws where it is not. Elsewhere than on Linux it does nothing.
 *
 * @param {...(readonly [file: string, name: string])} files
 */
export function ensureDebian(...files) {
  if (process.platform === "linux") ensureFiles(new Map(files));
}
