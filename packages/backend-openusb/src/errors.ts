import { type TransferStatus, USBError, type USBErrorCode, USBTimeoutError } from "@tsusb/core/backend";
import * as openusb from "./constants.js";

type Meaning = readonly [code: USBErrorCode, text: string];

/** The only place where a number of OpenUSB gets a meaning. Source: the error codes in openusb.h 1.1.11. */
const ERRORS: ReadonlyMap<number, Meaning> = new Map<number, Meaning>([
  [openusb.OPENUSB_PLATFORM_FAILURE, ["EIO", "failure of the platform"]],
  [openusb.OPENUSB_NO_RESOURCES, ["ENOMEM", "no memory"]],
  [openusb.OPENUSB_NO_BANDWIDTH, ["EBUSY", "no bandwidth is left on the bus"]],
  [openusb.OPENUSB_NOT_SUPPORTED, ["ENOSYS", "not supported here"]],
  [openusb.OPENUSB_HC_HARDWARE_ERROR, ["EIO", "failure of the host controller"]],
  [openusb.OPENUSB_INVALID_PERM, ["EACCES", "not permitted"]],
  [openusb.OPENUSB_BUSY, ["EBUSY", "busy"]],
  [openusb.OPENUSB_BADARG, ["EINVAL", "invalid argument"]],
  [openusb.OPENUSB_NOACCESS, ["EACCES", "access denied"]],
  [openusb.OPENUSB_PARSE_ERROR, ["EIO", "a descriptor is malformed"]],
  [openusb.OPENUSB_UNKNOWN_DEVICE, ["ENODEV", "the device is gone"]],
  [openusb.OPENUSB_INVALID_HANDLE, ["EINVAL", "invalid handle or request"]],
  [openusb.OPENUSB_SYS_FUNC_FAILURE, ["EIO", "failure of the operating system"]],
  [openusb.OPENUSB_NULL_LIST, ["ENOENT", "nothing to list"]],
  [openusb.OPENUSB_IO_STALL, ["EPIPE", "stall"]],
  [openusb.OPENUSB_IO_CRC_ERROR, ["EIO", "checksum error"]],
  [openusb.OPENUSB_IO_DEVICE_HUNG, ["EIO", "the device hangs"]],
  [openusb.OPENUSB_IO_REQ_TOO_BIG, ["EINVAL", "more bytes than OpenUSB moves in one request"]],
  [openusb.OPENUSB_IO_BIT_STUFFING, ["EIO", "bit stuffing error"]],
  [openusb.OPENUSB_IO_UNEXPECTED_PID, ["EIO", "unexpected packet"]],
  [openusb.OPENUSB_IO_DATA_OVERRUN, ["EOVERFLOW", "more bytes came than were asked for"]],
  [openusb.OPENUSB_IO_DATA_UNDERRUN, ["EIO", "fewer bytes came than were asked for"]],
  [openusb.OPENUSB_IO_BUFFER_OVERRUN, ["EIO", "the host controller was too slow to receive"]],
  [openusb.OPENUSB_IO_BUFFER_UNDERRUN, ["EIO", "the host controller was too slow to send"]],
  [openusb.OPENUSB_IO_PID_CHECK_FAILURE, ["EIO", "packet check failure"]],
  [openusb.OPENUSB_IO_DATA_TOGGLE_MISMATCH, ["EIO", "data toggle mismatch"]],
  [openusb.OPENUSB_IO_TIMEOUT, ["ETIMEDOUT", "timed out"]],
  [openusb.OPENUSB_IO_CANCELED, ["EINTR", "cancelled"]],
]);

/** How a transfer ended, and what OpenUSB calls that. */
export interface Outcome {
  readonly status: TransferStatus;
  /** Absent after success. */
  readonly backendErrorCode?: number;
}

/** What the codes mean for a transfer; any other failure is an `error`. */
const STATUSES: ReadonlyMap<USBErrorCode, TransferStatus> = new Map<USBErrorCode, TransferStatus>([
  ["EPIPE", "stall"],
  ["EOVERFLOW", "overflow"],
  ["ETIMEDOUT", "timedOut"],
  ["EINTR", "cancelled"],
  ["ENODEV", "noDevice"],
]);

/** Gives the meaning of a transfer's or a packet's result, which is an error code or 0. */
export function outcomeOf(result: number): Outcome {
  if (result === openusb.OPENUSB_SUCCESS) return { status: "completed" };
  const [code] = ERRORS.get(result) ?? ["EIO"];
  return { status: STATUSES.get(code) ?? "error", backendErrorCode: result };
}

/** What may be said of a failure besides its number. */
interface FailureDetails {
  /** Where more is known than the number tells. */
  readonly code?: USBErrorCode;
  /** Likewise. */
  readonly text?: string;
  readonly hint?: string;
}

/** Makes the error of a failed call: `call` is the C function, `status` what it returned. */
export function failure(call: string, status: number, known: FailureDetails = {}): USBError {
  const meaning = ERRORS.get(status) ?? ["EIO", `unknown error ${status}`];
  const { code = meaning[0], text = meaning[1], hint } = known;
  const details = { backendErrorCode: status, backend: "openusb", hint };
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
  return new USBError(`${what} is closed`, { code: "ERR_USB_CLOSED", backend: "openusb" });
}

/** Makes the error of something that the device does not have; no library was asked. */
export function missing(what: string): USBError {
  return new USBError(`there is no ${what}`, { code: "ENOENT", backend: "openusb" });
}

/** Makes the error of a device that was unplugged; no library was asked. */
export function gone(): USBError {
  return new USBError("the device is gone", { code: "ENODEV", backend: "openusb" });
}

/** Makes the error of an object that another backend gave; `method` gives those of this one. */
export function foreign(what: string, method: string): TypeError {
  return new TypeError(`the ${what} is not of the openusb backend; pass one that its ${method} gave`);
}
