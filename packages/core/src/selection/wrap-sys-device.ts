import type { IBackend } from "../contract/backend.js";
import type { Device } from "../model/device.js";
import { deviceFromHandle } from "../model/device-registry.js";
import { checkInteger } from "../usb/check-integer.js";
import { checkBackend, checkBackendOption } from "./check-backend.js";
import { checkKeys } from "./check-options.js";
import { getBackend } from "./get-backend.js";

/** What {@link wrapSysDevice} takes. */
export interface WrapOptions {
  /** The backend to use; default: the best one that works, as `getBackend()` gives it. */
  readonly backend?: IBackend | undefined;
}

/**
 * Makes a device of a node that somebody else opened: the file descriptor that Android or a Flatpak portal gives.
 *
 * I/O: asks the operating system.
 *
 * @param fd - The file descriptor, which stays the caller's and must stay open until the device is closed.
 * @returns The device, open.
 * @throws {@link USBError} `ENOSYS` where the backend cannot do that, `EINVAL` if it is no USB device.
 * @throws {@link NoBackendError} `ERR_USB_NO_BACKEND` if no backend works here.
 * @throws TypeError or RangeError if `fd` is no file descriptor; TypeError if `backend` is none.
 */
export async function wrapSysDevice(fd: number, options: WrapOptions = {}): Promise<Device> {
  // Source: POSIX, file descriptors are of type int.
  checkInteger("wrapSysDevice: fd", fd, 0, 0x7fffffff);
  const { backend: given } = checkKeys(options, ["backend"], "wrapSysDevice");
  if (given !== undefined) checkBackendOption(given, "wrapSysDevice: backend");
  const backend = given ?? (await getBackend());
  checkBackend(backend, "given as an option");
  const handle = await backend.wrapSysDevice(fd);
  try {
    return await deviceFromHandle(backend, handle);
  } catch (error) {
    await backend.closeDevice(handle);
    throw error;
  }
}
