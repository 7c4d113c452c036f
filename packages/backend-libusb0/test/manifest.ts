import { ETRANSFER_TIMEDOUT } from "@tsusb/backend-libusb0";
import type { BackendSupports } from "@tsusb/core";

/** What libusb 0.1.12 can do on Linux, written out, not asked for. */
export const SUPPORTS: BackendSupports = {
  isochronous: false,
  bulkStreams: false,
  cancel: "one",
  partialOnTimeout: true,
  hotplug: false,
  parent: false,
  portNumbers: true,
  speed: true,
  kernelDriver: false,
  autoDetach: false,
  reset: true,
  clearHalt: true,
  descriptors: "raw",
  stringsWithoutOpening: true,
  wrapSysDevice: false,
  distinguishesStall: true,
  distinguishesOverflow: false,
};

/** What it returns, or would have: Linux's errno. Source: asm-generic/errno.h. */
export const ERROR_CODES = {
  stall: -32,
  timedOut: -110,
  overflow: -75,
  noDevice: -19,
};

/** What the compatibility layer can do with devices that sysfs does not know, as those of our test library. */
export const COMPAT_SUPPORTS: BackendSupports = {
  ...SUPPORTS,
  cancel: "none",
  portNumbers: false,
  speed: false,
  descriptors: "rebuilt",
  stringsWithoutOpening: false,
  distinguishesOverflow: true,
};

/** As ERROR_CODES, but for its word for a device that is gone: ENXIO. */
export const COMPAT_ERROR_CODES = { ...ERROR_CODES, noDevice: -6 };

/** What libusb-win32 can do with all of its asynchronous calls. */
export const WIN32_SUPPORTS: BackendSupports = {
  ...COMPAT_SUPPORTS,
  isochronous: true,
  cancel: "one",
  partialOnTimeout: false,
  distinguishesStall: false,
  distinguishesOverflow: false,
};

/** As ERROR_CODES, but for its own number of timeouts. */
export const WIN32_ERROR_CODES = { ...ERROR_CODES, timedOut: -ETRANSFER_TIMEDOUT };
