import {
  OPENUSB_IO_DATA_OVERRUN,
  OPENUSB_IO_STALL,
  OPENUSB_IO_TIMEOUT,
  OPENUSB_UNKNOWN_DEVICE,
} from "@tsusb/backend-openusb";
import type { BackendSupports } from "@tsusb/core";

/** What OpenUSB can do, written out, not asked for. */
export const SUPPORTS: BackendSupports = {
  isochronous: true,
  bulkStreams: false,
  cancel: "one",
  partialOnTimeout: false,
  hotplug: true,
  parent: false,
  portNumbers: false,
  speed: false,
  kernelDriver: false,
  autoDetach: false,
  reset: true,
  clearHalt: true,
  descriptors: "raw",
  stringsWithoutOpening: false,
  wrapSysDevice: false,
  distinguishesStall: true,
  distinguishesOverflow: false,
};

/** What its synchronous calls return. */
export const ERROR_CODES = {
  stall: OPENUSB_IO_STALL,
  timedOut: OPENUSB_IO_TIMEOUT,
  overflow: OPENUSB_IO_DATA_OVERRUN,
  noDevice: OPENUSB_UNKNOWN_DEVICE,
};
