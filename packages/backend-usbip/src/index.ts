/**
 * USB/IP: exports the devices of any backend, virtual ones above all, to the stock clients of Linux and others.
 *
 * @packageDocumentation
 */
export { serveUsbip, type UsbipServerOptions } from "./serve-usbip.js";
export type { ExportedDeviceInfo, UsbipServer } from "./server.js";
export type { UsbipEvent } from "./usbip-event.js";
