import { libraryPathKind } from "./library-path.js";
import type { System } from "./system.js";

/**
 * Says why the system's loader must not be asked for a bare file name, or `undefined` if it may: where it would
 * look into the working directory, the folders are searched here instead.
 */
export function loaderObjection(system: System): string | undefined {
  if (system.platform === "darwin") return "macOS' loader would look into the working directory";
  if (system.platform === "win32" || system.loaderPath === undefined || system.loaderPath === "") {
    return undefined;
  }
  // glibc takes ";" as well.
  const unsafe = system.loaderPath
    .split(/[:;]/)
    .find((element) => libraryPathKind(element, system.platform) !== "absolute");
  if (unsafe === undefined) return undefined;
  const element = unsafe === "" ? "an empty element" : `the element ${JSON.stringify(unsafe)}`;
  return `LD_LIBRARY_PATH has ${element}, which lets the loader look into the working directory`;
}

/** Whether the loader's words about the bare file name `name` mean that there is no such file. */
export function saysNotFound(words: string, name: string): boolean {
  // ERROR_MOD_NOT_FOUND; the words before it are in the user's language.
  if (words.endsWith("(error 126)")) return true;
  return words.includes(name) && /no such file|not found/i.test(words) && !words.includes("needed by");
}
