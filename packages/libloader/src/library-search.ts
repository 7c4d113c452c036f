import type { NamedCandidate } from "./candidate-names.js";
import { checkString } from "./check-arguments.js";
import type { FindLibrary, Library } from "./library.js";
import type { LibraryAttempt } from "./library-attempt.js";
import { libraryPathKind } from "./library-path.js";
import { loaderObjection } from "./loader-search.js";
import { type Candidate, type Opening, openCandidate } from "./open-candidate.js";
import { listDirectories, notInFolders, pathsOf, searchDirectories } from "./search-directories.js";

/** One search: what was tried, and the library once it is found. */
export class LibrarySearch<L extends Library> {
  readonly attempts: LibraryAttempt[] = [];
  readonly #opening: Opening<L>;
  readonly #tried = new Set<string>();
  #library: L | undefined;

  constructor(opening: Opening<L>) {
    this.#opening = opening;
  }

  get library(): L | undefined {
    return this.#library;
  }

  /** Opens `wanted` unless that file was tried before; true once the library is there. */
  async open(wanted: Candidate): Promise<boolean> {
    const { system } = this.#opening;
    const absolute = libraryPathKind(wanted.path, system.platform) === "absolute";
    const key = absolute ? await system.realPath(wanted.path) : wanted.path;
    if (this.#tried.has(key)) return false;
    this.#tried.add(key);
    const { attempt, library } = await openCandidate(wanted, this.#opening);
    this.attempts.push(attempt);
    this.#library = library;
    if (library !== undefined) return true;
    if (attempt.path !== undefined) this.#tried.add(await system.realPath(attempt.path));
    return false;
  }

  /** Asks the caller's function for each candidate; true if it knew any. */
  async findLibrary(findLibrary: FindLibrary, candidates: readonly string[]): Promise<boolean> {
    let knew = false;
    for (const candidate of candidates) {
      const path = await findLibrary(candidate);
      if (!path) continue;
      checkString(`what findLibrary(${JSON.stringify(candidate)}) gave`, path);
      knew = true;
      const paths = await pathsOf(path, this.#opening.system);
      if (paths.length === 0) {
        const message = `${path} is in none of the known folders`;
        this.attempts.push({ candidate, source: "findLibrary", reason: "not-found", message });
      }
      for (const found of paths) {
        if (await this.open({ candidate, path: found, source: "findLibrary" })) return true;
      }
    }
    return knew;
  }

  /** Asks the system's loader for each file name, unless it would look into the working directory. */
  async askLoader(named: readonly NamedCandidate[]): Promise<boolean> {
    if (loaderObjection(this.#opening.system) !== undefined) return false;
    for (const { candidate, names } of named) {
      for (const path of names.exact) {
        if (await this.open({ candidate, path, source: "soname" })) return true;
      }
    }
    return false;
  }

  /** Opens what lies in the folders, those of `first` before the known ones. */
  async searchFolders(named: readonly NamedCandidate[], first: readonly string[]): Promise<boolean> {
    const { system } = this.#opening;
    const listing = await listDirectories(first, system);
    for (const { candidate, names } of named) {
      const paths = searchDirectories(names, listing, system.platform);
      for (const path of paths) {
        if (await this.open({ candidate, path, source: "directory" })) return true;
      }
      if (paths.length > 0) continue;
      const message = notInFolders([...listing.keys()], system);
      this.attempts.push({ candidate, source: "directory", reason: "not-found", message });
    }
    return false;
  }
}
