import { candidateNames } from "./candidate-names.js";
import { checkFunction } from "./check-arguments.js";
import { judgeFile } from "./judge-file.js";
import type { FindLibrary } from "./library.js";
import { listDirectories, searchDirectories } from "./search-directories.js";
import { type System, thisSystem } from "./system.js";

/** {@link locateLibrary} on any system. */
export async function locateLibraryOn(
  system: System,
  candidates: readonly string[],
  findLibrary?: FindLibrary,
): Promise<string | undefined> {
  const named = candidateNames(candidates, system.platform);
  checkFunction("findLibrary", findLibrary);
  if (findLibrary !== undefined) {
    for (const candidate of candidates) {
      const found = await findLibrary(candidate);
      if (found) return found;
    }
    return undefined;
  }
  const listing = await listDirectories([], system);
  for (const { names } of named) {
    for (const path of searchDirectories(names, listing, system.platform)) {
      if (judgeFile(await system.inspect(path), system) === undefined) return path;
    }
  }
  return undefined;
}

/**
 * Finds the file of a library, without opening it: the first one whose headers say that it is a library for this
 * process. It may still be another library of that name; {@link loadLocateLibrary} finds that out.
 *
 * I/O: lists the folders where this system keeps libraries and reads the first bytes of the files that match.
 *
 * @param candidates - Names, best first: file names (`"libusb-1.0.so.0"`, `"libusb-1.0.dll"`), of which those of other
 *   operating systems are passed over, or names as linkers take them (`"usb-1.0"`), with any version.
 * @param findLibrary - Is asked for each candidate in place of the search; the first answer is the result.
 * @returns The absolute path, or what `findLibrary` said; `undefined` if there is none.
 * @throws `TypeError` if an argument is of a wrong type, or a candidate has a folder in it.
 *
 * @example
 * ```ts
 * import { locateLibrary } from "@tsusb/libloader";
 *
 * const path = await locateLibrary(["usb-1.0", "libusb-1.0.dll"]);
 * console.log(path ?? "libusb is not installed");
 * ```
 */
export async function locateLibrary(
  candidates: readonly string[],
  findLibrary?: FindLibrary,
): Promise<string | undefined> {
  return locateLibraryOn(await thisSystem(), candidates, findLibrary);
}
