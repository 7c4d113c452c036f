import type { BackendSupports } from "@tsusb/core/backend";
import type { LibUsb0Library } from "./library.js";
import type { Native } from "./native.js";

/** What this libusb can do on this system. `inSystem` says whether sysfs knows the devices that it lists. */
export function supportsOf(native: Native, library: LibUsb0Library, inSystem: boolean): BackendSupports {
  const { implementation } = library;
  const hasAsync = native.hasAsync(library.id);
  // Calls are ended from outside, which keeps what had come.
  const interrupts = implementation === "original" && process.platform === "linux";
  return Object.freeze<BackendSupports>({
    isochronous: hasAsync,
    bulkStreams: false,
    // One transfer of an endpoint is with the library at a time: what ends all of the endpoint ends that one.
    cancel: interrupts || hasAsync ? "one" : "none",
    partialOnTimeout: interrupts || implementation === "compat",
    hotplug: false,
    parent: false,
    portNumbers: inSystem,
    speed: inSystem,
    // A driver can be taken off, and never be given back.
    kernelDriver: false,
    autoDetach: false,
    reset: true,
    clearHalt: true,
    descriptors: inSystem ? "raw" : "rebuilt",
    stringsWithoutOpening: inSystem,
    wrapSysDevice: false,
    // libusb-win32 calls a refused request an input/output error; of an endpoint the device can be asked.
    distinguishesStall: implementation !== "win32",
    distinguishesOverflow: implementation === "compat",
  });
}
