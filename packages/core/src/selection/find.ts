import type { Device } from "../model/device.js";
import type { FindOptions } from "./options.js";

/**
 * Finds the first device that matches.
 *
 * I/O: asks the operating system; opens a candidate only for a string that the system does not keep.
 *
 * @returns `undefined` if there is none.
 * @throws {@link NoBackendError} `ERR_USB_NO_BACKEND` if no backend works here.
 * @throws {@link USBError} if none matched and a candidate could not be asked for a string: that error.
 * @throws TypeError for an unknown option, naming it.
 */
export declare function find(options?: FindOptions): Promise<Device | undefined>;

/** Finds every device that matches. Otherwise as {@link find}. */
export declare function findAll(options?: FindOptions): Promise<Device[]>;

/** Finds every device that matches, one at a time. Otherwise as {@link find}. */
export declare function devices(options?: FindOptions): AsyncIterable<Device>;
