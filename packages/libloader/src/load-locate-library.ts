import { candidateNames } from "./candidate-names.js";
import { checkFunction, checkKeys, checkString, checkStrings } from "./check-arguments.js";
import { NoLibraryCandidatesException } from "./errors.js";
import { failure } from "./failure.js";
import type { FindLibrary, Library, LibraryFactory } from "./library.js";
import { libraryPathKind } from "./library-path.js";
import { LibrarySearch } from "./library-search.js";
import { type ChosenLibrary, openChosen, openSharedLibrary } from "./load-library.js";
import { native } from "./native.js";
import type { SharedLibrary } from "./shared-library.js";
import { type System, thisSystem } from "./system.js";

/** What {@link loadLocateLibrary} looks for, and where. */
export interface LoadLocateLibraryOptions<L extends Library = Library> {
  /** What messages call the library, such as `"libusb 1.0"`. Default: the first candidate. */
  readonly name?: string | undefined;
  /** The library to open; if that fails, no other one is tried. An absolute path, or a bare file name. */
  readonly libraryPath?: string | undefined;
  /** Name of the environment variable that may hold such a path, such as `"TSUSB_LIBUSB1_PATH"`; empty is unset. */
  readonly env?: string | undefined;
  /**
   * Is asked for each candidate before the search. If it names files and none of them can be opened, no other one is
   * tried; if it answers `undefined` for each, the search goes on.
   */
  readonly findLibrary?: FindLibrary | undefined;
  /** Symbols that the library must export; one without them is passed over. */
  readonly symbols?: readonly string[] | undefined;
  /** Absolute paths of folders to search before the known ones. */
  readonly directories?: readonly string[] | undefined;
  /** The file name under Cygwin, where it stands in place of the candidates. */
  readonly cygwinLib?: string | undefined;
  /** Opens a library in place of {@link SharedLibrary}. */
  readonly libCls?: LibraryFactory<L> | undefined;
}

const OPTIONS = [
  "name",
  "libraryPath",
  "env",
  "findLibrary",
  "symbols",
  "directories",
  "cygwinLib",
  "libCls",
] as const satisfies readonly (keyof LoadLocateLibraryOptions)[];

function checkOptions(options: LoadLocateLibraryOptions, platform: NodeJS.Platform): void {
  checkKeys(options, OPTIONS);
  for (const key of ["name", "libraryPath", "env", "cygwinLib"] as const) {
    if (options[key] !== undefined) checkString(key, options[key]);
  }
  for (const key of ["findLibrary", "libCls"] as const) checkFunction(key, options[key]);
  if (options.symbols !== undefined) checkStrings("symbols", options.symbols);
  if (options.directories === undefined) return;
  checkStrings("directories", options.directories);
  for (const [index, folder] of options.directories.entries()) {
    if (libraryPathKind(folder, platform) === "absolute") continue;
    throw new TypeError(`directories[${index}] is ${JSON.stringify(folder)}; it must be an absolute path`);
  }
}

/** The library that the caller or the user's environment insists on. */
function chosenLibrary(
  { libraryPath, env }: LoadLocateLibraryOptions,
  name: string,
  system: System,
): ChosenLibrary | undefined {
  if (libraryPath !== undefined) {
    const subject = `${name}: libraryPath is ${JSON.stringify(libraryPath)}, which`;
    return { path: libraryPath, source: "option", subject };
  }
  const path = env === undefined ? undefined : system.env[env];
  if (env === undefined || path === undefined || path === "") return undefined;
  return { path, source: "environment", subject: `${name}: ${env} is ${JSON.stringify(path)}, which` };
}

/** {@link loadLocateLibrary} on any system. */
export async function loadLocateLibraryOn<L extends Library>(
  system: System,
  candidates: readonly string[],
  options: LoadLocateLibraryOptions<L> & { readonly libCls: LibraryFactory<L> },
): Promise<L> {
  checkOptions(options, system.platform);
  const { cygwinLib, directories = [], findLibrary, libCls, symbols = [] } = options;
  const cygwin = cygwinLib === undefined ? [] : [cygwinLib];
  const own = system.platform === "cygwin" ? cygwin : candidates;
  const named = candidateNames(own, system.platform);
  const name = options.name ?? own[0] ?? "the library";
  const opening = { system, libCls, symbols };

  const chosen = chosenLibrary(options, name, system);
  if (chosen !== undefined) return openChosen(chosen, opening);
  if (named.length === 0) {
    const given = own.length === 0 ? "no names" : `no name for ${system.platform} among ${own.join(", ")}`;
    throw new NoLibraryCandidatesException(`${name}: there are ${given} to look for`);
  }

  const search = new LibrarySearch(opening);
  const decided = findLibrary !== undefined && (await search.findLibrary(findLibrary, own));
  if (!decided) (await search.askLoader(named)) || (await search.searchFolders(named, directories));
  if (search.library !== undefined) return search.library;
  throw failure(name, search.attempts);
}

/**
 * Finds and opens a library: tries to open each place in turn and takes the first that can be loaded and has all the
 * symbols. The places, in this order: `libraryPath`, the environment variable `env`, `findLibrary`, the system's
 * loader, `directories`, the folders where this operating system keeps libraries. Never the working directory.
 *
 * I/O: reads folders and files, and loads libraries, whose initialisers run on the JS thread.
 *
 * @param candidates - Names, best first: file names (`"libusb-1.0.so.0"`, `"libusb-1.0.dll"`), of which those of other
 *   operating systems are passed over, or names as linkers take them (`"usb-1.0"`), with any version.
 * @returns The open library; `close()` it after use.
 * @throws `TypeError` if an argument is of a wrong type, or an option is not known.
 * @throws {@link NoLibraryCandidatesException} `ERR_USB_LIBRARY_NOT_FOUND` if there is no name for this system.
 * @throws {@link LibraryNotFoundException} `ERR_USB_LIBRARY_NOT_FOUND` if there is no file of any name.
 * @throws {@link LibraryNotLoadedException} `ERR_USB_LIBRARY_NOT_LOADED` if there are files, and none can be loaded.
 * @throws {@link LibraryMissingSymbolsException} `ERR_USB_LIBRARY_SYMBOLS` if what could be loaded lacks symbols.
 *
 * @remarks A path in `libraryPath` or in the environment that fails is an error at once: whoever names a library does
 *   not want another one. Platform: on macOS, and where `LD_LIBRARY_PATH` has an empty or relative element, the
 *   system's loader would look into the working directory, so it is not asked by file name; the folders are searched,
 *   those of `DYLD_LIBRARY_PATH` and `LD_LIBRARY_PATH` first. On Windows only System32, and no folder of `PATH`.
 *
 * @example
 * ```ts
 * import { LibraryException, loadLocateLibrary } from "@tsusb/libloader";
 *
 * try {
 *   const library = await loadLocateLibrary(["libusb-1.0.so.0", "libusb-1.0.0.dylib", "libusb-1.0.dll", "usb-1.0"], {
 *     name: "libusb 1.0",
 *     env: "TSUSB_LIBUSB1_PATH",
 *     symbols: ["libusb_init", "libusb_get_device_list"],
 *   });
 *   console.log(library.path);
 *   library.close();
 * } catch (error) {
 *   if (!(error instanceof LibraryException)) throw error;
 *   console.log(error.code, error.attempts);
 * }
 * ```
 */
export function loadLocateLibrary(
  candidates: readonly string[],
  options?: LoadLocateLibraryOptions & { readonly libCls?: undefined },
): Promise<SharedLibrary>;
/**
 * Finds a library in the same way and opens it with a function of the caller's, `options.libCls`.
 *
 * I/O: reads folders and the starts of files, and what `libCls` does.
 *
 * @param candidates - As above.
 * @returns What `libCls` gave, after its symbols were looked for.
 * @throws The same errors; what `libCls` throws is kept in `attempts`.
 */
export function loadLocateLibrary<L extends Library>(
  candidates: readonly string[],
  options: LoadLocateLibraryOptions<L> & { readonly libCls: LibraryFactory<L> },
): Promise<L>;
export async function loadLocateLibrary(
  candidates: readonly string[],
  options: LoadLocateLibraryOptions = {},
): Promise<Library> {
  checkKeys(options, OPTIONS);
  if (options.libCls === undefined) native();
  return loadLocateLibraryOn(await thisSystem(), candidates, {
    ...options,
    libCls: options.libCls ?? openSharedLibrary,
  });
}
