import { constants } from "node:os";
import { type TransferStatus, USBError, type USBErrorCode, USBTimeoutError } from "@tsusb/core/backend";
import { ETRANSFER_TIMEDOUT } from "./constants.js";

type Meaning = readonly [code: USBErrorCode, text: string];

/** What libusb 0.1's errno numbers mean, by name, since the numbers are those of the system. */
const NAMES: Readonly<Record<string, Meaning>> = {
  EPERM: ["EACCES", "not permitted"],
  EACCES: ["EACCES", "access denied"],
  ENOENT: ["ENOENT", "not found"],
  // Linux: no driver holds the interface.
  ENODATA: ["ENOENT", "there is none"],
  EINTR: ["EINTR", "interrupted"],
  EINVAL: ["EINVAL", "invalid parameter"],
  ENODEV: ["ENODEV", "the device is gone"],
  ESHUTDOWN: ["ENODEV", "the device is gone"],
  // The compatibility layer's word for it.
  ENXIO: ["ENODEV", "the device is gone"],
  EBUSY: ["EBUSY", "busy"],
  ENOMEM: ["ENOMEM", "no memory"],
  EMFILE: ["ENOMEM", "too many open files"],
  ENFILE: ["ENOMEM", "too many open files in the system"],
  EPIPE: ["EPIPE", "stall"],
  EOVERFLOW: ["EOVERFLOW", "more bytes came than were asked for"],
  ETIMEDOUT: ["ETIMEDOUT", "timed out"],
  ENOSYS: ["ENOSYS", "not supported here"],
  ENOTTY: ["ENOSYS", "not supported here"],
  EIO: ["EIO", "input/output error"],
  EPROTO: ["EIO", "protocol error on the bus"],
  EILSEQ: ["EIO", "checksum error on the bus"],
  ETIME: ["EIO", "no answer on the bus"],
  EHOSTUNREACH: ["EIO", "the device is suspended"],
  // The compatibility layer's word for what it has no other for.
  ERANGE: ["EIO", "other error"],
};

/** The only place where a status of libusb 0.1 gets a meaning: a negative errno of this system. */
const ERRORS: ReadonlyMap<number, Meaning> = new Map<number, Meaning>([
  [-ETRANSFER_TIMEDOUT, ["ETIMEDOUT", "timed out"]],
  ...Object.entries(NAMES).flatMap(([name, meaning]): [number, Meaning][] => {
    const number = (constants.errno as Readonly<Record<string, number>>)[name];
    return number === undefined ? [] : [[-number, meaning]];
  }),
]);

/** How a transfer ends whose call failed with such a code; with any other, in an error. */
const STATUSES: Readonly<Partial<Record<USBErrorCode, TransferStatus>>> = {
  EINTR: "cancelled",
  EPIPE: "stall",
  EOVERFLOW: "overflow",
  ETIMEDOUT: "timedOut",
  ENODEV: "noDevice",
};

/** How a transfer ended. */
export interface Outcome {
  readonly status: TransferStatus;
  /** What the library returned, or would have; absent after success. */
  readonly backendErrorCode?: number;
}

const COMPLETED: Outcome = { status: "completed" };

/** Gives the meaning of what a transfer returned: 0, or a negative errno. */
export function outcomeOf(status: number): Outcome {
  if (status >= 0) return COMPLETED;
  const [code] = ERRORS.get(status) ?? ["EIO"];
  return { status: STATUSES[code] ?? "error", backendErrorCode: status };
}

/** Makes the error of a failed call: `call` is the C function, `status` what it returned. */
export function failure(call: string, status: number): USBError {
  const [code, text] = ERRORS.get(status) ?? ["EIO", `unknown error ${status}`];
  const details = { backendErrorCode: status, backend: "libusb0" };
  if (code === "ETIMEDOUT") return new USBTimeoutError(`${call}: ${text}`, details);
  return new USBError(`${call}: ${text}`, { ...details, code });
}

/** Gives `status` back if `call` succeeded, throws what it means if not. */
export function check(call: string, status: number): number {
  if (status < 0) throw failure(call, status);
  return status;
}

/**
 * Makes an error that says invalid into one that says missing, where the device's descriptors do not have what was asked
 * for: the systems call it invalid. Any other one stays.
 */
export function orMissing(error: unknown, what: string): unknown {
  if (!USBError.is(error) || error.code !== "EINVAL") return error;
  const { backendErrorCode } = error;
  return new USBError(`the device has no ${what}`, {
    code: "ENOENT",
    backend: "libusb0",
    cause: error,
    ...(backendErrorCode === undefined ? {} : { backendErrorCode }),
  });
}

/** Makes the error of what this library cannot do; it was not asked. */
export function unable(what: string, ability: string): USBError {
  return new USBError(`${what}, and this library has no ${ability}`, { code: "ENOSYS", backend: "libusb0" });
}

/** Makes the error of an endpoint that no claimed interface has; no library was asked. */
export function unclaimed(endpoint: number): USBError {
  const name = `0x${endpoint.toString(16).padStart(2, "0")}`;
  const message = `${name} is no endpoint of an interface that is claimed, at its selected setting`;
  return new USBError(message, { code: "ENOENT", backend: "libusb0" });
}

/** Makes the error of a call on something that was closed; no library was asked. */
export function closed(what: string): USBError {
  return new USBError(`${what} is closed`, { code: "ERR_USB_CLOSED", backend: "libusb0" });
}

/** Makes the error of a device that is gone; no library was asked. */
export function gone(): USBError {
  return new USBError("the device is gone", { code: "ENODEV", backend: "libusb0" });
}

/** Makes the error of an object that another backend gave; `method` gives those of this one. */
export function foreign(what: string, method: string): TypeError {
  return new TypeError(`the ${what} is not of the libusb0 backend; pass one that its ${method} gave`);
}
