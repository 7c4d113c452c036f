import type { BackendAttempt } from "./attempts.js";
import { brand } from "./brand.js";
import { USBError, type USBErrorDetails } from "./usb-error.js";

/** No backend works here. `message` says for each one why, and what to do; `attempts` has the same as data. */
export class NoBackendError extends USBError {
  /** Every backend that was tried, in order. */
  readonly attempts: readonly BackendAttempt[];

  constructor(
    message: string,
    details?: Omit<USBErrorDetails, "code"> & { readonly attempts?: readonly BackendAttempt[] },
  ) {
    super(message, { ...details, code: "ERR_USB_NO_BACKEND" });
    this.attempts = Object.freeze([...(details?.attempts ?? [])]);
  }
}

brand(NoBackendError, "NoBackendError", "NoBackendError");
