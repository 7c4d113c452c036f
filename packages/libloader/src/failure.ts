import {
  type LibraryException,
  LibraryMissingSymbolsException,
  LibraryNotFoundException,
  LibraryNotLoadedException,
} from "./errors.js";
import type { LibraryAttempt, LibraryAttemptReason, LibrarySource } from "./library-attempt.js";

/** The most telling first: it decides which error is thrown. */
const BY_WEIGHT = [
  ["missing-symbols", LibraryMissingSymbolsException],
  ["wrong-architecture", LibraryNotLoadedException],
  ["no-permission", LibraryNotLoadedException],
  ["load-failed", LibraryNotLoadedException],
  ["wrong-library", LibraryMissingSymbolsException],
  ["not-a-library", LibraryNotLoadedException],
  ["directory", LibraryNotLoadedException],
] as const satisfies readonly (readonly [LibraryAttemptReason, typeof LibraryException])[];

const SOURCES: Readonly<Record<LibrarySource, string>> = {
  option: "the path given",
  environment: "the environment",
  findLibrary: "findLibrary",
  soname: "the system's loader",
  directory: "known folders",
};

function line({ candidate, source, message }: LibraryAttempt): string {
  return `\n  ${candidate} (${SOURCES[source]}): ${message}`;
}

/** The error that says why none of `attempts` gave the library; `subject` opens the message. */
export function failure(
  subject: string,
  attempts: readonly LibraryAttempt[],
  cause?: unknown,
): LibraryException {
  const options = cause === undefined ? { attempts } : { attempts, cause };
  const telling = BY_WEIGHT.find(([reason]) => attempts.some((attempt) => attempt.reason === reason));
  const Failure = telling?.[1] ?? LibraryNotFoundException;
  const verb = telling === undefined ? "was not found" : "could not be loaded";
  return new Failure(`${subject} ${verb}; tried:${attempts.map(line).join("")}`, options);
}
