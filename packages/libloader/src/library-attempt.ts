/**
 * Who named the file: the option `libraryPath`, the environment variable, the option `findLibrary`, the
 * system's loader asked by file name, or a search of the known directories.
 */
export type LibrarySource = "option" | "environment" | "findLibrary" | "soname" | "directory";

/**
 * What came of an attempt.
 *
 * - `"loaded"`: the library is open and has every symbol asked for.
 * - `"not-found"`: there is no such file.
 * - `"wrong-architecture"`: a library for another processor or operating system.
 * - `"not-a-library"`: empty, cut short, a text file, a linker script, a static archive, a program.
 * - `"directory"`: a folder.
 * - `"missing-symbols"`: the right library without some of the symbols, mostly because it is too old.
 * - `"no-permission"`: the file may not be read or not be executed.
 * - `"load-failed"`: the loader refused, or was not asked, for the reason in `message`.
 * - `"wrong-library"`: a library that has none of the symbols: another one of the same name.
 */
export type LibraryAttemptReason =
  | "loaded"
  | "not-found"
  | "wrong-architecture"
  | "not-a-library"
  | "directory"
  | "missing-symbols"
  | "no-permission"
  | "load-failed"
  | "wrong-library";

/** One library that was tried, and what came of it. */
export interface LibraryAttempt {
  /** The name that led here: an entry of `candidates`, or what the option or the variable says. */
  readonly candidate: string;
  /** The file, where one was found. */
  readonly path?: string | undefined;
  /** Who named it. */
  readonly source: LibrarySource;
  /** What came of it. */
  readonly reason: LibraryAttemptReason;
  /** For people: what is wrong with the file, and the loader's own words. */
  readonly message: string;
  /** The required symbols that the library lacks. */
  readonly missingSymbols?: readonly string[] | undefined;
}
