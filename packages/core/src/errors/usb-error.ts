import { brand, hasMark } from "./brand.js";
import type { USBErrorCode } from "./codes.js";
import { errnoOf } from "./errno.js";

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
 *
 * `instanceof` also holds for an error of another copy of core in the same process.
 */
export class USBError extends Error {
  /** The portable code. */
  readonly code: USBErrorCode;
  /** What Node gives for that code here, a negative number; `undefined` where the system has no such number. */
  declare readonly errno: number | undefined;
  /** The library's own error number; `undefined` if no library was involved. */
  declare readonly backendErrorCode: number | undefined;
  /** Name of the backend; `undefined` if none was involved. */
  declare readonly backend: string | undefined;
  /** What to do about it, where facts allow to say; the message ends with it, in parentheses. */
  declare readonly hint: string | undefined;
  /** Bytes that moved before a transfer failed, whatever the cause; `undefined` if it was no transfer. */
  declare readonly transferred: number | undefined;
  /** The bytes that arrived before a read failed; `undefined` if none did. */
  declare readonly partial: Uint8Array | undefined;

  constructor(message: string, details: USBErrorDetails) {
    const { code, hint, cause } = details;
    super(hint === undefined ? message : `${message} (${hint})`, cause === undefined ? undefined : { cause });
    this.code = code;
    // Only what is known becomes a property: a printed error shows facts and no list of `undefined`.
    const known = { ...details, errno: errnoOf(code) };
    for (const field of OPTIONAL_FIELDS) {
      if (known[field] !== undefined) Object.assign(this, { [field]: known[field] });
    }
  }

  /** Tells whether a value is a `USBError`, also of another copy of core in the same process. */
  static is(value: unknown): value is USBError {
    return hasMark(value, "USBError");
  }
}

/** A transfer whose timeout passed. `code` is `ETIMEDOUT`. */
export class USBTimeoutError extends USBError {
  constructor(message: string, details?: Omit<USBErrorDetails, "code">) {
    super(message, { ...details, code: "ETIMEDOUT" });
  }
}

/** A transfer or stream whose signal was aborted. `name` is `AbortError`, `code` is `ABORT_ERR`, `cause` the reason. */
export class USBAbortError extends USBError {
  constructor(message: string, details?: Omit<USBErrorDetails, "code">) {
    super(message, { ...details, code: "ABORT_ERR" });
  }
}

const OPTIONAL_FIELDS = ["errno", "backendErrorCode", "backend", "hint", "transferred", "partial"] as const;

// Not inside of the classes: bundlers rename a class that names itself, and printed errors would show that name.
brand(USBError, "USBError", "USBError");
brand(USBTimeoutError, "USBTimeoutError", "USBTimeoutError");
brand(USBAbortError, "USBAbortError", "AbortError");
