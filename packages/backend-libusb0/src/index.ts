/**
 * libusb 0.1 as a backend of tsusb. Importing it registers it with core.
 *
 * @packageDocumentation
 */
import { registerBackend } from "@tsusb/core/backend";
import { getBackend } from "./get-backend.js";

export { LibUsb0Backend } from "./backend.js";
export * from "./constants.js";
export type { LibUsb0Device } from "./device.js";
export { getBackend } from "./get-backend.js";
export type { LibUsb0Handle } from "./handle.js";

registerBackend({ name: "libusb0", apiVersion: 1, packageName: "@tsusb/backend-libusb0", getBackend });
