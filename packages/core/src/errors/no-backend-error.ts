import type { BackendAttempt } from "./attempts.js";
import { brand } from "./brand.js";
import { USBError, type USBErrorDetails } from "./usb-error.js";

/** No backend works here. `message` says for each one why, and what to do; `attempts` has the same as data. */
export class NoBackendError extends USBError {
  /** Every backend that was tried, in order. Not enumerable: a printed error would say it all twice. */
  declare readonly attempts: readonly BackendAttempt[];

  constructor(
    message: string,
    details?: Omit<USBErrorDetails, "code"> & { readonly attempts?: readonly BackendAttempt[] },
  ) {
    super(message, { ...details, code: "ERR_USB_NO_BACKEND" });
    Object.defineProperty(this, "attempts", { value: Object.freeze([...(details?.attempts ?? [])]) });
  }
}

brand(NoBackendError, "NoBackendError", "NoBackendError");
