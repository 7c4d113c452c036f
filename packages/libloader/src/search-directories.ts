import { type FileNames, fileNames, matchingEntries } from "./file-names.js";
import { knownDirectories } from "./known-directories.js";
import { libraryPathKind } from "./library-path.js";
import { loaderObjection } from "./loader-search.js";
import type { System } from "./system.js";

/** The folders that exist, with what lies in them. */
export type DirectoryListing = ReadonlyMap<string, readonly string[]>;

/** Lists the folders `first`, then the known ones of the system. */
export async function listDirectories(first: readonly string[], system: System): Promise<DirectoryListing> {
  const folders = new Set([...first, ...(await knownDirectories(system))]);
  const listed = await Promise.all(
    [...folders].map(async (folder) => [folder, await system.list(folder)] as const),
  );
  return new Map(listed.filter(([, entries]) => entries.length > 0));
}

/** The paths of the files in `listing` that `names` means, in the order of the folders. */
export function searchDirectories(
  names: FileNames,
  listing: DirectoryListing,
  platform: NodeJS.Platform,
): readonly string[] {
  const separator = platform === "win32" ? "\\" : "/";
  return [...listing].flatMap(([folder, entries]) =>
    matchingEntries(names, entries).map((entry) => `${folder.replace(/[\\/]+$/, "")}${separator}${entry}`),
  );
}

/**
 * The paths to try for a library that somebody named: itself, or where a bare file name lies if the system's loader
 * must not be asked for it.
 */
export async function pathsOf(path: string, system: System): Promise<readonly string[]> {
  const names = fileNames(path, system.platform);
  if (libraryPathKind(path, system.platform) !== "bare" || names === undefined) return [path];
  if (loaderObjection(system) === undefined) return [path];
  return searchDirectories(names, await listDirectories([], system), system.platform);
}

/** The message of an attempt that found nothing in `folders`. */
export function notInFolders(folders: readonly string[], system: System): string {
  const where = folders.length === 0 ? "no folder for libraries exists" : `not in ${folders.join(", ")}`;
  const objection = loaderObjection(system);
  return objection === undefined ? where : `${where}; the system's loader was not asked, since ${objection}`;
}
