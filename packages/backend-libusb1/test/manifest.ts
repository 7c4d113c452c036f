import {
  LIBUSB_ERROR_NO_DEVICE,
  LIBUSB_ERROR_OVERFLOW,
  LIBUSB_ERROR_PIPE,
  LIBUSB_ERROR_TIMEOUT,
} from "@tsusb/backend-libusb1";
import type { BackendSupports } from "@tsusb/core";

/** What libusb 1.0 can do on Linux, written out, not asked for. */
export const SUPPORTS: BackendSupports = {
  isochronous: true,
  bulkStreams: true,
  cancel: "one",
  partialOnTimeout: true,
  hotplug: true,
  parent: true,
  portNumbers: true,
  speed: true,
  kernelDriver: true,
  autoDetach: true,
  reset: true,
  clearHalt: true,
  descriptors: "raw",
  stringsWithoutOpening: true,
  maxTransferSize: 4 * 1024 * 1024,
  wrapSysDevice: true,
  distinguishesStall: true,
  distinguishesOverflow: true,
};

/** The release whose symbols the library of this lane has, where it is not simply Debian's. */
export const RELEASE: string = process.env.TSUSB_LIBUSB1_AS_OF ?? "1.0";

/** The same as of 1.0.16: bulk streams came with 1.0.19. */
const SUPPORTS_1_0_16: BackendSupports = { ...SUPPORTS, bulkStreams: false, wrapSysDevice: false };

/** The same as of releases without libusb_wrap_sys_device, which came with 1.0.23. */
const SUPPORTS_BEFORE_1_0_23: BackendSupports = { ...SUPPORTS, wrapSysDevice: false };

/** What the library of this lane can do. */
export const SUPPORTS_HERE: BackendSupports =
  { "1.0.16": SUPPORTS_1_0_16, "1.0.22": SUPPORTS_BEFORE_1_0_23 }[RELEASE] ?? SUPPORTS;

/** What its synchronous calls return. */
export const ERROR_CODES = {
  stall: LIBUSB_ERROR_PIPE,
  timedOut: LIBUSB_ERROR_TIMEOUT,
  overflow: LIBUSB_ERROR_OVERFLOW,
  noDevice: LIBUSB_ERROR_NO_DEVICE,
};
