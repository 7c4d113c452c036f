export type * from "./errors/attempts.js";
export type { USBErrorCode } from "./errors/codes.js";
export { NoBackendError } from "./errors/no-backend-error.js";
export { USBAbortError, USBError, type USBErrorDetails, USBTimeoutError } from "./errors/usb-error.js";
