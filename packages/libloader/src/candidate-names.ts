import { checkStrings } from "./check-arguments.js";
import { type FileNames, fileNames } from "./file-names.js";
import { libraryPathKind } from "./library-path.js";

/** A candidate with the files that it may be here. */
export interface NamedCandidate {
  readonly candidate: string;
  readonly names: FileNames;
}

/**
 * The candidates that mean something on `platform`, in their order, each once.
 *
 * @throws `TypeError` if they are not an array of names without folders.
 */
export function candidateNames(candidates: unknown, platform: NodeJS.Platform): readonly NamedCandidate[] {
  checkStrings("candidates", candidates);
  for (const [index, candidate] of candidates.entries()) {
    if (libraryPathKind(candidate, platform) === "bare") continue;
    const place = `candidates[${index}] is ${JSON.stringify(candidate)}`;
    throw new TypeError(
      `${place}; a candidate is a name without a folder: pass a path as libraryPath or to loadLibrary`,
    );
  }
  return [...new Set(candidates)].flatMap((candidate) => {
    const names = fileNames(candidate, platform);
    return names === undefined ? [] : [{ candidate, names }];
  });
}
