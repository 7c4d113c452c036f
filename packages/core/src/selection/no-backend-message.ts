import type { BackendAttempt, LibraryAttempt } from "../errors.js";
import { libraryAdvice, libraryVariable, type SystemFacts } from "./system-facts.js";

/** Writes what a program says that finds no backend: why not, for each one, and what to do. Pure. */
export function noBackendMessage(attempts: readonly BackendAttempt[], facts: SystemFacts): string {
  const lines = attempts.flatMap((attempt) => describeAttempt(attempt, facts));
  const nothingInstalled = attempts.every(({ outcome }) => outcome === "not-installed");
  const headline = nothingInstalled ? "no USB backend is installed" : "no USB backend works here";
  return [headline, "", ...lines, "", ...advice(attempts, facts)].join("\n");
}

function describeAttempt(attempt: BackendAttempt, facts: SystemFacts): string[] {
  const { name, packageName, outcome, message, libraries } = attempt;
  if (outcome === "not-installed") {
    const text = packageName === name ? "not installed" : `not installed (${packageName})`;
    return [`  ${name}: ${packageName === name && !isPackage(name) ? message : text}`];
  }
  const where = packageName === name ? "" : ` (${packageName})`;
  const [headline = "", ...rest] = message.split("\n");
  const first = headline.replace(/; tried:$/, "");
  // A library error repeats its candidates below its first line; here they follow in a form of their own.
  const more = libraries.length > 0 ? libraries.map((each) => describeLibrary(each, facts)) : rest;
  return [`  ${name}${where}: ${first}`, ...more.map((line) => `      ${line.trim()}`)];
}

function describeLibrary(attempt: LibraryAttempt, facts: SystemFacts): string {
  const { candidate, path, reason, message, missingSymbols = [] } = attempt;
  const file = path === undefined || path === candidate ? candidate : `${candidate} -> ${path}`;
  const tellsArch = reason !== "wrong-architecture" || message.includes(facts.arch);
  const what = tellsArch ? REASONS[reason] : `${REASONS[reason]}, this process is ${facts.arch}`;
  const symbols =
    reason === "missing-symbols" && missingSymbols.length > 0 ? ` ${listSome(missingSymbols)}` : "";
  // The loader repeats the path in front of its reason.
  const said = [path, candidate].reduce<string>(
    (text, prefix) =>
      prefix && text.startsWith(prefix) ? text.slice(prefix.length).replace(/^:?\s+/, "") : text,
    message.split("\n")[0] ?? "",
  );
  if (said === "" || said === what) return `${file}: ${what}${symbols}`;
  // What libloader found out by reading the file says the same in more detail.
  return JUDGED.has(reason) ? `${file}: ${said}` : `${file}: ${what}${symbols} (${said})`;
}

const JUDGED: ReadonlySet<LibraryAttempt["reason"]> = new Set([
  "wrong-architecture",
  "not-a-library",
  "directory",
  "wrong-library",
]);

const REASONS: Readonly<Record<LibraryAttempt["reason"], string>> = {
  loaded: "loaded, but did not work",
  "not-found": "not found",
  "wrong-architecture": "wrong architecture",
  "not-a-library": "no library",
  directory: "a folder",
  "missing-symbols": "too old, it lacks",
  "no-permission": "no permission to read it",
  "load-failed": "could not be loaded",
  "wrong-library": "another library of the same name",
};

function listSome(names: readonly string[]): string {
  const shown = names.slice(0, 3).join(", ");
  return names.length > 3 ? `${shown} and ${names.length - 3} more` : shown;
}

function advice(attempts: readonly BackendAttempt[], facts: SystemFacts): string[] {
  const withoutLibrary = attempts.find(
    ({ outcome, libraries }) => outcome === "failed" && libraries.length > 0,
  );
  if (withoutLibrary) {
    const named = namedAdvice(withoutLibrary);
    if (named !== undefined) return [`What to do: ${named}`];
    const reasons = new Set(withoutLibrary.libraries.map(({ reason }) => reason));
    return [`What to do: ${libraryAdvice(withoutLibrary.name, reasons, facts)}`];
  }
  const missing = attempts.find(({ name, outcome, packageName }) => {
    return outcome === "not-installed" && (packageName !== name || isPackage(name));
  });
  const broken = attempts.find(({ outcome }) => outcome !== "not-installed");
  if (missing && !broken) {
    const library = libraryAdvice(missing.name, new Set(["not-found"]), facts);
    const needs = library === undefined ? [] : [`It uses the C library, if the system has none: ${library}`];
    return [`What to do: npm install ${missing.packageName}`, ...needs];
  }
  return broken
    ? [`What to do: see why ${broken.packageName} failed; or name another backend in TSUSB_BACKEND`]
    : ["What to do: correct the name in TSUSB_BACKEND or in the option order"];
}

/** A file that the caller named is the caller's to correct: installing another would change nothing. */
function namedAdvice({ name, libraries }: BackendAttempt): string | undefined {
  const sources = new Set(libraries.map(({ source }) => source));
  if (sources.has("soname") || sources.has("directory")) return undefined;
  if (sources.has("environment"))
    return `correct ${libraryVariable(name)}, or unset it to have the library found`;
  if (sources.has("option")) return "correct libraryPath, or leave it out to have the library found";
  return "correct what findLibrary returns, or let it return undefined to have the library found";
}

function isPackage(name: string): boolean {
  return name.startsWith("@") || name.startsWith("tsusb-backend-");
}
