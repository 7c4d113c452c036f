import type { IBackend } from "../contract/backend.js";
import type { GetBackendOptions } from "./options.js";

/**
 * Gives the best backend that works here: `libusb1`, `libusb0`, `openusb`, every other registered one, then marked
 * packages among the application's dependencies. `options.order`, else `TSUSB_BACKEND`, replaces that order. The virtual
 * and the USB/IP backend are only ever chosen by name.
 *
 * I/O: imports packages, loads and initialises libraries; the same options give the same instance until it is closed.
 *
 * @throws {@link NoBackendError} `ERR_USB_NO_BACKEND` with the reason for each backend in `attempts`.
 * @throws TypeError for an unknown option or a wrong type.
 */
export declare function getBackend(options?: GetBackendOptions): Promise<IBackend>;
