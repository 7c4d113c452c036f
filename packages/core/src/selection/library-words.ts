import type { LibraryAttempt } from "../errors.js";

/**
 * Says what is wrong with a library file, to be read after its name: "is a folder", "lacks libusb_open".
 *
 * The words are libloader's, which open with the file and end with the loader's own; those are left out where
 * libloader found out more by reading the file.
 */
export function libraryWords(attempt: LibraryAttempt): string {
  const { reason, message, missingSymbols = [] } = attempt;
  const [judged = "", loader] = message.split("; the loader says: ");
  const said = withoutFile(judged, attempt);
  switch (reason) {
    case "not-found":
      return attempt.path === undefined ? "was not found" : "does not exist";
    case "missing-symbols":
      return missingSymbols.length > 0 ? `is too old: it lacks ${listSome(missingSymbols)}` : said;
    case "load-failed":
      return loader === undefined ? said : `could not be loaded: ${withoutFile(loader, attempt)}`;
    default:
      return said === "" ? `is of no use (${reason})` : said;
  }
}

/** Writes out the first three of a list and counts the rest. */
export function listSome(names: readonly string[], what = ""): string {
  const shown = names.slice(0, 3).join(", ");
  return names.length > 3 ? `${shown} and ${names.length - 3} more${what}` : shown;
}

function withoutFile(text: string, { path, candidate }: LibraryAttempt): string {
  const opening = [path, JSON.stringify(candidate), candidate].find((each) => each && text.startsWith(each));
  return opening === undefined ? text : text.slice(opening.length).replace(/^:?\s+/, "");
}
