import { checkFunction, checkString } from "./check-arguments.js";
import { failure } from "./failure.js";
import type { Library, LibraryFactory } from "./library.js";
import type { LibraryAttempt, LibrarySource } from "./library-attempt.js";
import { native } from "./native.js";
import { type Opening, openCandidate } from "./open-candidate.js";
import { listDirectories, notInFolders, pathsOf } from "./search-directories.js";
import { SharedLibrary } from "./shared-library.js";
import { thisSystem } from "./system.js";

/** The default of `libCls`. */
export function openSharedLibrary(path: string): SharedLibrary {
  return new SharedLibrary(path);
}

/** A library that somebody asked for by name: this one or none. */
export interface ChosenLibrary {
  readonly path: string;
  readonly source: LibrarySource;
  /** Opens the message of the error. */
  readonly subject: string;
}

/** Opens the one library that was chosen, and rejects if that fails: no other one takes its place. */
export async function openChosen<L extends Library>(
  { path, source, subject }: ChosenLibrary,
  opening: Opening<L>,
): Promise<L> {
  const attempts: LibraryAttempt[] = [];
  let cause: unknown;
  for (const found of await pathsOf(path, opening.system)) {
    const outcome = await openCandidate({ candidate: path, path: found, source }, opening);
    if (outcome.library !== undefined) return outcome.library;
    attempts.push(outcome.attempt);
    cause ??= outcome.cause;
  }
  if (attempts.length === 0) {
    const message = notInFolders([...(await listDirectories([], opening.system)).keys()], opening.system);
    attempts.push({ candidate: path, source, reason: "not-found", message });
  }
  throw failure(subject, attempts, cause);
}

/**
 * Opens the library at `path`.
 *
 * I/O: reads the file and its dependencies and runs their initialisers, which takes some milliseconds of the JS
 * thread.
 *
 * @param path - An absolute path, or a bare file name, which the system's loader looks for.
 * @param name - What messages call the library, such as `"libusb 1.0"`.
 * @returns The open library; `close()` it after use.
 * @throws `TypeError` if an argument is of a wrong type.
 * @throws {@link LibraryNotFoundException} `ERR_USB_LIBRARY_NOT_FOUND` if there is no such file.
 * @throws {@link LibraryNotLoadedException} `ERR_USB_LIBRARY_NOT_LOADED` if the file cannot be loaded, or if `path`
 *   depends on the working directory: nothing is loaded from there.
 *
 * @example
 * ```ts
 * import { loadLibrary } from "@tsusb/libloader";
 *
 * const library = await loadLibrary("/opt/libusb/lib/libusb-1.0.so.0", "libusb 1.0");
 * console.log(library.path, library.has("libusb_init"));
 * library.close();
 * ```
 */
export function loadLibrary(path: string, name?: string): Promise<SharedLibrary>;
/**
 * Opens the library at `path` with a function of the caller's.
 *
 * I/O: reads the start of the file, and what `libCls` does.
 *
 * @param path - As above.
 * @param name - As above; `undefined` for the path.
 * @param libCls - Opens the library in place of {@link SharedLibrary}.
 * @returns What `libCls` gave.
 * @throws The same errors; what `libCls` throws is the `cause`, its message kept.
 */
export function loadLibrary<L extends Library>(
  path: string,
  name: string | undefined,
  libCls: LibraryFactory<L>,
): Promise<L>;
export async function loadLibrary(path: string, name?: string, libCls?: LibraryFactory): Promise<Library> {
  checkString("path", path);
  if (name !== undefined) checkString("name", name);
  checkFunction("libCls", libCls);
  if (libCls === undefined) native();
  const opening = { system: await thisSystem(), libCls: libCls ?? openSharedLibrary, symbols: [] };
  return openChosen({ path, source: "option", subject: name ?? path }, opening);
}
