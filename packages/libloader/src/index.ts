export {
  type LibraryErrorCode,
  LibraryException,
  type LibraryExceptionOptions,
  LibraryMissingSymbolsException,
  LibraryNotFoundException,
  LibraryNotLoadedException,
  NoLibraryCandidatesException,
} from "./errors.js";
export type { FindLibrary, Library, LibraryFactory } from "./library.js";
export type { LibraryAttempt, LibraryAttemptReason, LibrarySource } from "./library-attempt.js";
export { loadLibrary } from "./load-library.js";
export { type LoadLocateLibraryOptions, loadLocateLibrary } from "./load-locate-library.js";
export { locateLibrary } from "./locate-library.js";
export { SharedLibrary } from "./shared-library.js";
