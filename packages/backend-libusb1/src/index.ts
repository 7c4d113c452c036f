/**
 * libusb 1.0 as a backend of tsusb. Importing it registers it with core.
 *
 * @packageDocumentation
 */
import { registerBackend } from "@tsusb/core/backend";
import { getBackend } from "./get-backend.js";

export { LibUsb1Backend } from "./backend.js";
export * from "./constants.js";
export type { LibUsb1Device } from "./device.js";
export { getBackend } from "./get-backend.js";
export type { LibUsb1Handle } from "./handle.js";

registerBackend({ name: "libusb1", apiVersion: 1, packageName: "@tsusb/backend-libusb1", getBackend });
