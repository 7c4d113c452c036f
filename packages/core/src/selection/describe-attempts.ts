import type { BackendAttempt, LibraryAttempt } from "../errors.js";
import { libraryAdvice, libraryNames } from "./library-advice.js";
import { libraryWords, listSome } from "./library-words.js";
import type { SystemFacts } from "./system-facts.js";

/**
 * Says of each backend why it was not chosen: one line each, and below it the files that were tried.
 *
 * @param told - The attempt whose remedy stands elsewhere; the others have theirs here.
 */
export function describeAttempts(
  attempts: readonly BackendAttempt[],
  told: BackendAttempt,
  facts: SystemFacts,
): readonly string[] {
  return attempts.flatMap((attempt) => {
    const { name, packageName, outcome, hint, message } = attempt;
    const shown = packageName === name ? name : `${name} (${packageName})`;
    if (outcome === "not-installed") return [`  ${shown}: not installed`];
    const [first = "", ...details] = reasonLines(attempt, attempt === told);
    const isToldHere = attempt !== told && hint !== undefined && !message.includes(hint);
    const advice = attempt === told ? [] : libraryAdviceLine(attempt, facts);
    return [
      `  ${shown}: ${first}${isToldHere ? `; ${hint.replace(/\s+/g, " ")}` : ""}`,
      ...[...details, ...advice].map((line) => `      ${line.trim()}`),
    ];
  });
}

function reasonLines(
  { packageName, hint, message, libraries }: BackendAttempt,
  isTold: boolean,
): readonly string[] {
  // The message of an error ends with its hint, and often opens with the package.
  const said = isTold && hint !== undefined ? message.replace(` (${hint})`, "") : message;
  const own = said.startsWith(packageName) ? said.slice(packageName.length).replace(/^:? /, "") : said;
  const [headline = "", ...rest] = own.split("\n");
  if (libraries.length === 0) return [headline, ...rest];
  // A library error repeats its files below its first line; here they follow in a form of their own.
  const lines = describeLibraries(libraries, libraryNames(packageName)?.variable);
  if (lines.length === 1) return lines;
  const title = libraryNames(packageName)?.title;
  return [title === undefined ? headline.replace(/; tried:$/, "") : `found no ${title} that works`, ...lines];
}

function libraryAdviceLine(
  { packageName, libraries }: BackendAttempt,
  facts: SystemFacts,
): readonly string[] {
  const isSearched = libraries.some(({ source }) => source === "soname" || source === "directory");
  const [command = "", ...more] = (isSearched && libraryAdvice(packageName, facts)) || [];
  return command.startsWith("  ") && more.length === 0 ? [`to install it: ${command.trim()}`] : [];
}

/** The files that were named or found, then the names that stand for none. */
function describeLibraries(
  libraries: readonly LibraryAttempt[],
  variable = "the environment",
): readonly string[] {
  const namers: Partial<Record<LibraryAttempt["source"], string>> = {
    environment: `${variable} names`,
    option: "libraryPath names",
    findLibrary: "findLibrary gave",
  };
  const describe = (each: LibraryAttempt) => {
    const file = each.path ?? each.candidate;
    const namer = namers[each.source];
    return namer === undefined
      ? `${file} ${libraryWords(each)}`
      : `${namer} ${file}, which ${libraryWords(each)}`;
  };
  const isSought = ({ reason, source }: LibraryAttempt, by: LibraryAttempt["source"]) =>
    reason === "not-found" && source === by;
  const files = libraries.filter((each) => !isSought(each, "soname") && !isSought(each, "directory"));
  const unknown = libraries
    .filter((each) => isSought(each, "soname"))
    // The loader says which file it looked for under the candidate's name.
    .map(({ message, candidate }) => /^([^/:]+): /.exec(message)?.[1] ?? candidate);
  return [
    ...files.map(describe),
    ...(unknown.length > 0 ? [`the system's loader knows no ${unknown.join(", ")}`] : []),
    ...describeFolders(libraries.filter((each) => isSought(each, "directory"))),
  ];
}

/** Every candidate was looked for in the same folders: they are listed once. */
function describeFolders(missing: readonly LibraryAttempt[]): readonly string[] {
  const first = missing[0];
  if (first === undefined) return [];
  const names = missing.map(({ candidate }) => candidate.replace(/^(?!lib)/, "lib"));
  const [folders = "", ...more] = first.message.replace(/^not in /, "").split("; ");
  return [`there is no ${names.join(", ")} in ${listSome(folders.split(", "), " folders")}`, ...more];
}
