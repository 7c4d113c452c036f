import { resolve } from "node:path";
import { judgeFile, type Verdict } from "./judge-file.js";
import type { Library, LibraryFactory } from "./library.js";
import type { LibraryAttempt, LibrarySource } from "./library-attempt.js";
import { libraryPathKind } from "./library-path.js";
import { saysNotFound } from "./loader-search.js";
import type { System } from "./system.js";

/** One file to open. */
export interface Candidate {
  readonly candidate: string;
  /** An absolute path, or a bare file name for the system's loader. */
  readonly path: string;
  readonly source: LibrarySource;
}

/** What every attempt of one search has in common. */
export interface Opening<L extends Library> {
  readonly system: System;
  readonly libCls: LibraryFactory<L>;
  readonly symbols: readonly string[];
}

/** An attempt, and the open library if it was successful. */
export interface Outcome<L extends Library> {
  readonly attempt: LibraryAttempt;
  readonly library?: L;
  /** What was thrown if the loader refused. */
  readonly cause?: unknown;
}

const DENIED = /permission denied|operation not permitted|access is denied|\(error 5\)/i;

function verdictOfWords(words: string): Verdict {
  return { reason: DENIED.test(words) ? "no-permission" : "load-failed", message: "could not be loaded" };
}

async function judge(path: string, system: System): Promise<Verdict | undefined> {
  return judgeFile(await system.inspect(path), system);
}

async function refused<L extends Library>(
  { candidate, path, source }: Candidate,
  words: string,
  system: System,
): Promise<Outcome<L>> {
  if (libraryPathKind(path, system.platform) === "absolute") {
    const { reason, message } = (await judge(path, system)) ?? verdictOfWords(words);
    const text = `${path} ${message}; the loader says: ${words}`;
    return { attempt: { candidate, path, source, reason, message: text } };
  }
  if (saysNotFound(words, path)) {
    return { attempt: { candidate, source, reason: "not-found", message: words } };
  }
  // "/usr/lib/libusb.so: invalid ELF header": the loader found a file for the name and tells which.
  const found = /^(\/[^:]+): /.exec(words)?.[1];
  if (found === undefined) {
    return { attempt: { candidate, source, reason: verdictOfWords(words).reason, message: words } };
  }
  return refused({ candidate, path: found, source }, words, system);
}

function withSymbols<L extends Library>(
  { candidate, source }: Candidate,
  library: L,
  symbols: readonly string[],
): Outcome<L> {
  const missingSymbols = symbols.filter((symbol) => !library.has(symbol));
  const { path } = library;
  if (missingSymbols.length === 0) {
    return { library, attempt: { candidate, path, source, reason: "loaded", message: `${path} is open` } };
  }
  library.close();
  const other = missingSymbols.length === symbols.length;
  const message = other
    ? `${path} is another library: it has none of the ${symbols.length} symbols, such as ${missingSymbols[0]}`
    : `${path} lacks ${missingSymbols.join(", ")}`;
  const reason = other ? "wrong-library" : "missing-symbols";
  return { attempt: { candidate, path, source, reason, message, missingSymbols } };
}

/**
 * Opens one library and looks for its symbols; what goes wrong is in the attempt.
 *
 * I/O: reads the file and its dependencies, and runs their initialisers on the JS thread.
 */
export async function openCandidate<L extends Library>(
  wanted: Candidate,
  { system, libCls, symbols }: Opening<L>,
): Promise<Outcome<L>> {
  const { candidate, path, source } = wanted;
  const kind = libraryPathKind(path, system.platform);
  if (kind === "relative" || path.includes("\0")) {
    const message =
      kind === "relative"
        ? `${JSON.stringify(path)} depends on the working directory, from which nothing is loaded; ` +
          `give the absolute path, such as ${JSON.stringify(resolve(path))}`
        : `${JSON.stringify(path)} holds a NUL, which no path can`;
    return { attempt: { candidate, source, reason: "load-failed", message } };
  }
  const verdict = kind === "absolute" ? await judge(path, system) : undefined;
  if (verdict?.unsafe === true) {
    return {
      attempt: { candidate, path, source, reason: verdict.reason, message: `${path} ${verdict.message}` },
    };
  }
  let library: L;
  try {
    library = await libCls(path);
  } catch (cause) {
    const words = cause instanceof Error ? cause.message : String(cause);
    return { ...(await refused<L>(wanted, words, system)), cause };
  }
  return withSymbols(wanted, library, symbols);
}
