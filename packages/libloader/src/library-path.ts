/** An absolute path; a file name without a folder; or a path that depends on the working directory. */
export type LibraryPathKind = "absolute" | "bare" | "relative";

/** Tells what kind of path `path` is on `platform`. */
export function libraryPathKind(path: string, platform: NodeJS.Platform): LibraryPathKind {
  if (platform === "win32") {
    // "\x.dll" and "C:x.dll" depend on the current drive and its current folder.
    if (/^([a-z]:[\\/]|[\\/]{2})/i.test(path)) return "absolute";
    return /[\\/:]/.test(path) ? "relative" : "bare";
  }
  if (path.startsWith("/")) return "absolute";
  return path.includes("/") ? "relative" : "bare";
}

/** The elements of a search path such as `PATH` that do not depend on the working directory. */
export function absoluteElements(
  searchPath: string | undefined,
  system: { readonly platform: NodeJS.Platform },
) {
  const separator = system.platform === "win32" ? ";" : ":";
  return (searchPath ?? "")
    .split(separator)
    .filter((element) => libraryPathKind(element, system.platform) === "absolute");
}
