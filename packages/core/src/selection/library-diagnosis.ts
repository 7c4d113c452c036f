import type { BackendAttempt, LibraryAttempt } from "../errors.js";
import type { Diagnosis } from "./diagnose.js";
import { type LibraryNames, libraryAdvice, libraryNames, unsetCommand } from "./library-advice.js";
import { libraryWords } from "./library-words.js";
import type { SystemFacts } from "./system-facts.js";

type LibraryDiagnosis = Omit<Diagnosis, "attempt">;

/** Finds out why a backend has no C library to drive: one that somebody named, one that was found, or none. */
export function libraryDiagnosis(attempt: BackendAttempt, facts: SystemFacts): LibraryDiagnosis {
  const { packageName, libraries } = attempt;
  const names = libraryNames(packageName);
  const named = libraries.find(({ source }) => source in NAMED);
  const isSearched = libraries.some(({ source }) => source === "soname" || source === "directory");
  // Who names a file is the one to correct it: installing another would change nothing.
  if (named && !isSearched) return NAMED[named.source]?.(named, names, facts) ?? missing(attempt, facts);
  const telling = TELLING.map((reason) =>
    libraries.find((each) => each.reason === reason && !isForLinking(each)),
  );
  const found = telling.find((each) => each !== undefined);
  return found === undefined ? missing(attempt, facts) : unfit(found, attempt, facts);
}

/** The most telling first. A file of another library that has the name is as good as none. */
const TELLING = [
  "missing-symbols",
  "wrong-architecture",
  "no-permission",
  "load-failed",
  "not-a-library",
  "directory",
] as const satisfies readonly LibraryAttempt["reason"][];

/** What a development package leaves under the library's name. */
function isForLinking({ message }: LibraryAttempt): boolean {
  return /linker script|static archive/.test(message);
}

type FromName = (
  library: LibraryAttempt,
  names: LibraryNames | undefined,
  facts: SystemFacts,
) => LibraryDiagnosis;

const NAMED: Partial<Record<LibraryAttempt["source"], FromName>> = {
  environment: (library, names, facts) => {
    const variable = names?.variable ?? "the environment variable that names the library";
    return {
      cause: `${variable} is ${JSON.stringify(library.candidate)}, which ${libraryWords(library)}`,
      remedy: [
        ...permission(library),
        `Correct it, or unset it to have ${names?.title ?? "the library"} found:`,
        ...(names === undefined ? [] : [`  ${unsetCommand(names.variable, facts)}`]),
      ],
    };
  },
  option: (library, names) => ({
    cause: `libraryPath is ${JSON.stringify(library.candidate)}, which ${libraryWords(library)}`,
    remedy: [
      ...permission(library),
      `Correct it, or leave it out to have ${names?.title ?? "the library"} found.`,
    ],
  }),
  findLibrary: (library, names) => ({
    cause: `findLibrary gave ${JSON.stringify(library.path ?? library.candidate)}, which ${libraryWords(library)}`,
    remedy: [
      ...permission(library),
      `Correct it, or have it return undefined to have ${names?.title ?? "the library"} found.`,
    ],
  }),
};

function permission({ reason, path }: LibraryAttempt): readonly string[] {
  if (reason !== "no-permission" || path === undefined) return [];
  return ["Let this user read it:", `  sudo chmod a+rx ${path}`, ""];
}

function unfit(
  library: LibraryAttempt,
  { packageName }: BackendAttempt,
  facts: SystemFacts,
): LibraryDiagnosis {
  const file = library.path ?? library.candidate;
  const title = libraryNames(packageName)?.title ?? "the library";
  const cause = `${file} ${libraryWords(library)}`;
  if (library.reason === "no-permission") return { cause, remedy: permission(library).slice(0, -1) };
  const wanted =
    library.reason === "wrong-architecture" ? `${title} for ${facts.arch}` : `${title}, a newer one`;
  const fitting = library.reason === "wrong-architecture" || library.reason === "missing-symbols";
  return { cause, remedy: [`Install ${fitting ? wanted : `${title} again`}:`, ...howTo(packageName, facts)] };
}

function missing({ name, packageName }: BackendAttempt, facts: SystemFacts): LibraryDiagnosis {
  const names = libraryNames(packageName);
  if (names === undefined) {
    return { cause: `${name} does not find its library`, remedy: howTo(packageName, facts) };
  }
  const { title, variable } = names;
  return {
    cause: `the C library ${title} is not installed`,
    remedy: [
      "Install it:",
      ...howTo(packageName, facts),
      ...["", `If it lies in a folder of its own, ${variable} may name the file.`],
    ],
  };
}

function howTo(packageName: string, facts: SystemFacts): readonly string[] {
  return (
    libraryAdvice(packageName, facts) ?? [
      `The documentation of ${packageName} says how; else ask its authors:`,
      `  npm bugs ${packageName}`,
    ]
  );
}
