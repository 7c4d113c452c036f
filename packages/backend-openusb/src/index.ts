/**
 * OpenUSB 1.x as a backend of tsusb. Importing it registers it with core.
 *
 * @packageDocumentation
 */
import { registerBackend } from "@tsusb/core/backend";
import { getBackend } from "./get-backend.js";

export { OpenUsbBackend } from "./backend.js";
export * from "./constants.js";
export type { OpenUsbDevice } from "./device.js";
export { getBackend } from "./get-backend.js";
export type { OpenUsbHandle } from "./handle.js";

registerBackend({ name: "openusb", apiVersion: 1, packageName: "@tsusb/backend-openusb", getBackend });
