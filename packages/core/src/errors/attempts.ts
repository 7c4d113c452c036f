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
  /** What to do about it, where that does not follow from the rest; commands on lines of their own, indented. */
  readonly hint?: string | undefined;
  /** Library files that were tried, with the loader's own words. */
  readonly libraries: readonly LibraryAttempt[];
  /** The error itself; `undefined` if the package is not installed. */
  readonly cause?: unknown;
}
