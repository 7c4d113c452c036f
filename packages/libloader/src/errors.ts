import type { LibraryAttempt } from "./library-attempt.js";

/** Every `code` of a {@link LibraryException}. */
export type LibraryErrorCode =
  | "ERR_USB_LIBRARY_NOT_FOUND"
  | "ERR_USB_LIBRARY_NOT_LOADED"
  | "ERR_USB_LIBRARY_SYMBOLS";

/** What a {@link LibraryException} is made of. */
export interface LibraryExceptionOptions extends ErrorOptions {
  /** Every library that was tried, in order. */
  readonly attempts?: readonly LibraryAttempt[];
}

/** A library could not be found or opened; the base of all errors of this package. */
export class LibraryException extends Error {
  override readonly name: string = "LibraryException";
  /** The same on every operating system; compare this, not `message`. */
  readonly code: LibraryErrorCode = "ERR_USB_LIBRARY_NOT_LOADED";
  /**
   * Every library that was tried, in order, each with the reason why it did not do. Not enumerable: a printed error would
   * say it all twice.
   */
  declare readonly attempts: readonly LibraryAttempt[];

  constructor(message: string, options: LibraryExceptionOptions = {}) {
    const { attempts = [], ...rest } = options;
    super(message, rest);
    Object.defineProperty(this, "attempts", { value: Object.freeze([...attempts]) });
  }
}

/** No file of any of the names exists where libraries are looked for. `code` is `ERR_USB_LIBRARY_NOT_FOUND`. */
export class LibraryNotFoundException extends LibraryException {
  override readonly name: string = "LibraryNotFoundException";
  override readonly code = "ERR_USB_LIBRARY_NOT_FOUND" as const;
}

/** The list of names is empty, or has none for this operating system. `code` is `ERR_USB_LIBRARY_NOT_FOUND`. */
export class NoLibraryCandidatesException extends LibraryNotFoundException {
  override readonly name: string = "NoLibraryCandidatesException";
}

/** A file was found and could not be opened as a library. `code` is `ERR_USB_LIBRARY_NOT_LOADED`. */
export class LibraryNotLoadedException extends LibraryException {
  override readonly name: string = "LibraryNotLoadedException";
  override readonly code = "ERR_USB_LIBRARY_NOT_LOADED" as const;
}

/** A library was opened and lacks symbols that are needed. `code` is `ERR_USB_LIBRARY_SYMBOLS`. */
export class LibraryMissingSymbolsException extends LibraryException {
  override readonly name: string = "LibraryMissingSymbolsException";
  override readonly code = "ERR_USB_LIBRARY_SYMBOLS" as const;
}
