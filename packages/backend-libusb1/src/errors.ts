import { type TransferStatus, USBError, type USBErrorCode, USBTimeoutError } from "@tsusb/core/backend";
import * as libusb from "./constants.js";

type Meaning = readonly [code: USBErrorCode, text: string];

/** The only place where an error code of libusb gets a meaning. Source: enum libusb_error in libusb.h 1.0.27. */
const ERRORS: ReadonlyMap<number, Meaning> = new Map<number, Meaning>([
  [libusb.LIBUSB_ERROR_IO, ["EIO", "input/output error"]],
  [libusb.LIBUSB_ERROR_INVALID_PARAM, ["EINVAL", "invalid parameter"]],
  [libusb.LIBUSB_ERROR_ACCESS, ["EACCES", "access denied"]],
  [libusb.LIBUSB_ERROR_NO_DEVICE, ["ENODEV", "the device is gone"]],
  [libusb.LIBUSB_ERROR_NOT_FOUND, ["ENOENT", "not found"]],
  [libusb.LIBUSB_ERROR_BUSY, ["EBUSY", "busy"]],
  [libusb.LIBUSB_ERROR_TIMEOUT, ["ETIMEDOUT", "timed out"]],
  [libusb.LIBUSB_ERROR_OVERFLOW, ["EOVERFLOW", "more bytes came than were asked for"]],
  [libusb.LIBUSB_ERROR_PIPE, ["EPIPE", "stall"]],
  [libusb.LIBUSB_ERROR_INTERRUPTED, ["EINTR", "interrupted"]],
  [libusb.LIBUSB_ERROR_NO_MEM, ["ENOMEM", "no memory"]],
  [libusb.LIBUSB_ERROR_NOT_SUPPORTED, ["ENOSYS", "not supported here"]],
  [libusb.LIBUSB_ERROR_OTHER, ["EIO", "other error"]],
]);

/** How an asynchronous transfer ended, and the error code that a synchronous call would have returned for it. */
export interface Outcome {
  readonly status: TransferStatus;
  /** Of enum libusb_error; absent after success. */
  readonly backendErrorCode?: number;
}

const OTHER: Outcome = { status: "error", backendErrorCode: libusb.LIBUSB_ERROR_IO };

/**
 * The only place where a transfer status of libusb gets a meaning; the position is the status. Source: enum
 * libusb_transfer_status in libusb.h 1.0.27, and libusb's sync.c for the codes; a cancelled transfer has none there,
 * INTERRUPTED is what control transfers give.
 */
const OUTCOMES: readonly Outcome[] = [
  { status: "completed" },
  OTHER,
  { status: "timedOut", backendErrorCode: libusb.LIBUSB_ERROR_TIMEOUT },
  { status: "cancelled", backendErrorCode: libusb.LIBUSB_ERROR_INTERRUPTED },
  { status: "stall", backendErrorCode: libusb.LIBUSB_ERROR_PIPE },
  { status: "noDevice", backendErrorCode: libusb.LIBUSB_ERROR_NO_DEVICE },
  { status: "overflow", backendErrorCode: libusb.LIBUSB_ERROR_OVERFLOW },
];

/** Gives the meaning of a transfer status; one that libusb does not have is an error like any other. */
export function outcomeOf(transferStatus: number): Outcome {
  return OUTCOMES[transferStatus] ?? OTHER;
}

/** Makes the error of a failed call: `call` is the C function, `status` what it returned. `transferred`: bytes before it. */
export function failure(call: string, status: number, transferred?: number): USBError {
  const [code, text] = ERRORS.get(status) ?? ["EIO", `unknown error ${status}`];
  const details = { backendErrorCode: status, backend: "libusb1", transferred };
  if (code === "ETIMEDOUT") return new USBTimeoutError(`${call}: ${text}`, details);
  return new USBError(`${call}: ${text}`, { ...details, code });
}

/** Gives `status` back if `call` succeeded, throws what it means if not. */
export function check(call: string, status: number): number {
  if (status < 0) throw failure(call, status);
  return status;
}

/** Makes the error of a call on something that was closed; no library was asked. */
export function closed(what: string): USBError {
  return new USBError(`${what} is closed`, { code: "ERR_USB_CLOSED", backend: "libusb1" });
}

/** Makes the error of an object that another backend gave; `method` gives those of this one. */
export function foreign(what: string, method: string): TypeError {
  return new TypeError(`the ${what} is not of the libusb1 backend; pass one that its ${method} gave`);
}
