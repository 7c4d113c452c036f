/**
 * What a backend is written against: the contract, the registration, the errors and the constants of the
 * specification. A backend package imports nothing else of core.
 *
 * @packageDocumentation
 */
export { IBackend } from "./contract/backend.js";
export type * from "./contract/backend-device.js";
export { compactPackets } from "./contract/iso-packets.js";
export type * from "./contract/stream.js";
export type { BackendSupports } from "./contract/supports.js";
export type * from "./contract/transfer.js";
export { type TransferContext, transferError } from "./contract/transfer-error.js";
export * from "./errors.js";
export { noBackendError } from "./selection/no-backend-error.js";
export { registerBackend } from "./selection/registry.js";
export * from "./usb/constants.js";
export type * from "./usb/descriptors.js";
export { encodeLangids, encodeStringDescriptor } from "./usb/strings.js";
