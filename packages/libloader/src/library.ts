/** A shared library that is open in this process. */
export interface Library {
  /** Where the opened file really lies, symbolic links resolved. */
  readonly path: string;

  /**
   * Says whether the library exports `symbol`.
   *
   * I/O: none.
   */
  has(symbol: string): boolean;

  /**
   * Gives the library back to the system. Idempotent.
   *
   * I/O: may run the library's finalisers.
   */
  close(): void;
}

/**
 * Opens the library at `path`; the `libCls` argument of {@link loadLibrary} and {@link loadLocateLibrary}.
 *
 * `path` is an absolute path or, for the system's own loader, a bare file name. Throws or rejects, with the
 * loader's own words as the message, if the library cannot be opened.
 */
export type LibraryFactory<L extends Library = Library> = (path: string) => L | Promise<L>;

/**
 * Tells where the library called `candidate` lies, or `undefined` if it does not know.
 *
 * An absolute path, or a bare file name for the system's loader.
 */
export type FindLibrary = (candidate: string) => string | undefined | Promise<string | undefined>;
