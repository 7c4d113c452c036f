/**
 * Every `code` that an error of tsusb can have: one closed list, the same on every operating system.
 *
 * - `EACCES` no permission to open; `hint` names the node, its owner and the udev rule.
 * - `EBUSY` somebody holds it, or something is pending on it; `hint` or the message says who.
 * - `EINVAL` the library or the device refused a value.
 * - `EIO` the bus failed: no answer, CRC, a host controller's fault.
 * - `ENODEV` the device is gone, for ever.
 * - `ENOENT` no such configuration, interface, alternate setting, endpoint or string.
 * - `ENOMEM` the system's memory for USB is used up.
 * - `ENOSYS` this backend, library or system cannot do it.
 * - `EINTR` the transfer was cancelled, by `close()` or by the system.
 * - `EOVERFLOW` the device sent more than was asked for; ask for a multiple of `wMaxPacketSize`.
 * - `EPIPE` stall: the endpoint is halted (`clearHalt`), or the control request was refused.
 * - `ETIMEDOUT` the timeout passed ({@link USBTimeoutError}).
 * - `ABORT_ERR` the caller's signal was aborted ({@link USBAbortError}).
 * - `ERR_USB_NO_BACKEND` no backend works here ({@link NoBackendError}).
 * - `ERR_USB_CLOSED` the device or backend was closed.
 * - `ERR_USB_NOT_OPEN` this needs an open device.
 * - `ERR_USB_BACKEND` the backend broke the contract; a bug in it.
 * - `ERR_USB_LIBRARY_NOT_FOUND`, `ERR_USB_LIBRARY_NOT_LOADED`, `ERR_USB_LIBRARY_SYMBOLS`: of `@tsusb/libloader`.
 */
export type USBErrorCode =
  | "EACCES"
  | "EBUSY"
  | "EINVAL"
  | "EIO"
  | "ENODEV"
  | "ENOENT"
  | "ENOMEM"
  | "ENOSYS"
  | "EINTR"
  | "EOVERFLOW"
  | "EPIPE"
  | "ETIMEDOUT"
  | "ABORT_ERR"
  | "ERR_USB_NO_BACKEND"
  | "ERR_USB_CLOSED"
  | "ERR_USB_NOT_OPEN"
  | "ERR_USB_BACKEND"
  | "ERR_USB_LIBRARY_NOT_FOUND"
  | "ERR_USB_LIBRARY_NOT_LOADED"
  | "ERR_USB_LIBRARY_SYMBOLS";

/** What a {@link USBError} is made of besides its message. */
export interface USBErrorDetails {
  /** The portable code. */
  readonly code: USBErrorCode;
  /** The library's own error number. */
  readonly backendErrorCode?: number | undefined;
  /** Name of the backend. */
  readonly backend?: string | undefined;
  /** What to do about it. */
  readonly hint?: string | undefined;
  /** Bytes that moved before a transfer failed. */
  readonly transferred?: number | undefined;
  /** The bytes that arrived before a read failed. */
  readonly partial?: Uint8Array | undefined;
  /** The error or reason behind it. */
  readonly cause?: unknown;
}

/**
 * A failure of a device, of the system or of a backend. Wrong arguments are `TypeError` or `RangeError` instead.
 * Compare `code`; messages may change between versions.
 */
export declare class USBError extends Error {
  constructor(message: string, details: USBErrorDetails);
  /** The portable code. */
  readonly code: USBErrorCode;
  /** What Node gives for that code here, a negative number; `undefined` where the system has no such number. */
  readonly errno: number | undefined;
  /** The library's own error number; `undefined` if no library was involved. */
  readonly backendErrorCode: number | undefined;
  /** Name of the backend; `undefined` if none was involved. */
  readonly backend: string | undefined;
  /** What to do about it, where facts allow to say; it is part of the message too. */
  readonly hint: string | undefined;
  /** Bytes that moved before a transfer failed, whatever the cause; `undefined` if it was no transfer. */
  readonly transferred: number | undefined;
  /** The bytes that arrived before a read failed; `undefined` if none did. */
  readonly partial: Uint8Array | undefined;
  /** Tells whether a value is a `USBError`, also of another copy of core in the same process. */
  static is(value: unknown): value is USBError;
}

/** A transfer whose timeout passed. `code` is `ETIMEDOUT`. */
export declare class USBTimeoutError extends USBError {
  constructor(message: string, details?: Omit<USBErrorDetails, "code">);
}

/** A transfer or stream whose signal was aborted. `name` is `AbortError`, `code` is `ABORT_ERR`, `cause` the reason. */
export declare class USBAbortError extends USBError {
  constructor(message: string, details?: Omit<USBErrorDetails, "code">);
}

/** One library file that was tried; `@tsusb/libloader` makes these. */
export interface LibraryAttempt {
  /** What was asked for: a soname or a path. */
  readonly candidate: string;
  /** The file it came to, if there was one. */
  readonly path?: string | undefined;
  /** Where the candidate came from. */
  readonly source: "option" | "environment" | "findLibrary" | "soname" | "directory";
  /** What came of it. */
  readonly reason:
    | "loaded"
    | "not-found"
    | "wrong-architecture"
    | "not-a-library"
    | "directory"
    | "missing-symbols"
    | "no-permission"
    | "load-failed"
    | "wrong-library";
  /** The loader's own words. */
  readonly message: string;
  /** Required symbols that it lacks. */
  readonly missingSymbols?: readonly string[] | undefined;
}

/** One backend that was tried and why it was not chosen. */
export interface BackendAttempt {
  /** Name of the backend, or of the package. */
  readonly name: string;
  /** npm package that has it, or would have it. */
  readonly packageName: string;
  /** What came of it: `failed` is a package that loaded and a library that did not work. */
  readonly outcome: "not-installed" | "import-failed" | "invalid" | "duplicate" | "failed";
  /** One sentence that says why. */
  readonly message: string;
  /** Library files that were tried, with the loader's own words. */
  readonly libraries: readonly LibraryAttempt[];
  /** The error itself; `undefined` if the package is not installed. */
  readonly cause?: unknown;
}

/** No backend works here. `message` says for each one why, and what to do; `attempts` has the same as data. */
export declare class NoBackendError extends USBError {
  constructor(
    message: string,
    details?: Omit<USBErrorDetails, "code"> & { readonly attempts?: readonly BackendAttempt[] },
  );
  /** Every backend that was tried, in order. */
  readonly attempts: readonly BackendAttempt[];
}
