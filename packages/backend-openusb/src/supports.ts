import type { BackendSupports } from "@tsusb/core/backend";

/** What OpenUSB can do: the same in all its versions. */
export function supportsOf(): BackendSupports {
  return Object.freeze<BackendSupports>({
    isochronous: true,
    bulkStreams: false,
    cancel: "one",
    // Its Linux plug-in counts what came with an aborted request only in whole requests of its own.
    partialOnTimeout: false,
    hotplug: true,
    // Known to it, and told by a call that reads strings from the device, and hangs where one is refused.
    parent: false,
    portNumbers: false,
    speed: false,
    // It takes an interface from a driver unasked, cannot tell whether there was one, and does not give it back.
    kernelDriver: false,
    autoDetach: false,
    reset: true,
    clearHalt: true,
    descriptors: "raw",
    stringsWithoutOpening: false,
    wrapSysDevice: false,
    distinguishesStall: true,
    // A request that overflows never comes back on Linux, and ends by its timeout.
    distinguishesOverflow: false,
  });
}
