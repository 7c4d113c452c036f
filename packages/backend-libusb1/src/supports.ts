import type { BackendSupports } from "@tsusb/core/backend";
import { LIBUSB_CAP_HAS_HOTPLUG, LIBUSB_CAP_SUPPORTS_DETACH_KERNEL_DRIVER } from "./constants.js";
import type { LibUsb1Library } from "./library.js";
import type { Native } from "./native.js";

const STREAM_FUNCTIONS = ["libusb_alloc_streams", "libusb_free_streams", "libusb_transfer_set_stream_id"];

/** What this libusb can do on this system. `hasUsb` is false where there is no USB subsystem at all. */
export function supportsOf(native: Native, library: LibUsb1Library, hasUsb: boolean): BackendSupports {
  const { platform } = process;
  const detaches = native.hasCapability(library.id, LIBUSB_CAP_SUPPORTS_DETACH_KERNEL_DRIVER);
  return Object.freeze<BackendSupports>({
    isochronous: true,
    // On other systems the functions are there and refuse every call.
    bulkStreams: platform === "linux" && STREAM_FUNCTIONS.every((name) => library.has(name)),
    // IOKit can only abort a whole pipe.
    cancel: platform === "darwin" ? "endpoint" : "one",
    partialOnTimeout: true,
    hotplug:
      hasUsb &&
      native.hasCapability(library.id, LIBUSB_CAP_HAS_HOTPLUG) &&
      library.has("libusb_hotplug_register_callback") &&
      library.has("libusb_hotplug_deregister_callback"),
    parent: library.has("libusb_get_parent"),
    portNumbers: library.has("libusb_get_port_numbers"),
    speed: true,
    kernelDriver: detaches,
    autoDetach: detaches && library.has("libusb_set_auto_detach_kernel_driver"),
    reset: true,
    clearHalt: true,
    descriptors: platform === "linux" ? "raw" : "rebuilt",
    stringsWithoutOpening: platform === "linux" || library.has("libusb_get_device_string"),
    // Linux keeps at most 16 MiB for all transfers of usbfs (drivers/usb/core/devio.c, usbfs_memory_mb): a quarter of it
    // leaves room for others.
    ...(platform === "linux" && { maxTransferSize: 4 << 20 }),
    wrapSysDevice: library.has("libusb_wrap_sys_device") && (platform === "linux" || platform === "android"),
    distinguishesStall: true,
    distinguishesOverflow: true,
  });
}
