import type { BackendAttempt } from "../errors.js";
import { KNOWN_PACKAGES } from "./known-backends.js";
import { libraryAdvice, libraryNames } from "./library-advice.js";
import { libraryDiagnosis } from "./library-diagnosis.js";
import type { SystemFacts } from "./system-facts.js";

/** How the backends were chosen that were tried. */
export interface Search {
  /** Who named them; `undefined` for the default order. */
  readonly orderedBy: "the option order" | "TSUSB_BACKEND" | undefined;
  /** The application's package.json; `undefined` where there is none. */
  readonly manifestPath: string | undefined;
}

/** The most likely reason why nothing works, and the way out. */
export interface Diagnosis {
  /** The backend that it is about. */
  readonly attempt: BackendAttempt;
  /** To be read after "no USB backend works here: "; `undefined` if that says it all. */
  readonly cause: string | undefined;
  /** Lines; what can be copied into a shell is indented. */
  readonly remedy: readonly string[];
}

/**
 * Finds the one cause to tell first: that of the first backend that somebody has installed, since that one is meant to
 * work; if there is none, that nothing is installed.
 */
export function diagnose(
  attempts: readonly [BackendAttempt, ...BackendAttempt[]],
  facts: SystemFacts,
  search: Search,
): Diagnosis {
  const attempt = attempts.find(({ outcome }) => outcome !== "not-installed");
  if (attempt === undefined) return { attempt: attempts[0], ...notInstalled(attempts[0], facts, search) };
  const { cause, remedy } = DIAGNOSES[attempt.outcome](attempt, facts, search);
  // Who has only somebody else's backend, and that one fails, is best served with ours.
  const [best] = attempts;
  const isOurs = [...KNOWN_PACKAGES.values()].includes(attempt.packageName);
  const others =
    isOurs || search.orderedBy || best.outcome !== "not-installed"
      ? []
      : ["", "Or install another backend:", `  ${facts.packageManager.add} ${best.packageName}`];
  return { attempt, cause, remedy: [...remedy, ...others] };
}

type Diagnose = (attempt: BackendAttempt, facts: SystemFacts, search: Search) => Omit<Diagnosis, "attempt">;

const DIAGNOSES: Readonly<Record<BackendAttempt["outcome"], Diagnose>> = {
  "not-installed": notInstalled,
  "import-failed": ({ packageName, message }, { packageManager }) => ({
    cause: `${packageName} cannot be imported: ${firstLine(message).replace(/^importing it failed: /, "")}`,
    remedy: [
      "Install it again; if that does not help, its authors should know:",
      `  ${packageManager.add} ${packageName}`,
      `  npm bugs ${packageName}`,
    ],
  }),
  invalid: ({ packageName, hint, message }, { packageManager }) => {
    const stale = /^update (\S+)$/.exec(hint ?? "")?.[1];
    return stale === undefined
      ? {
          cause: `${packageName} is broken: ${firstLine(message)}`,
          remedy: ["Its authors should know:", `  npm bugs ${packageName}`],
        }
      : {
          cause: `${packageName} does not fit this @tsusb/core: ${firstLine(message)}`,
          remedy: [`Update ${stale}:`, `  ${packageManager.add} ${stale}@latest`],
        };
  },
  duplicate: ({ packageName, message }, { packageManager }) => {
    const holder = /taken before by (\S+),/.exec(message)?.[1] ?? "the other one";
    return {
      cause: `${packageName} cannot be used: ${message}`,
      remedy: [
        "Remove the one of the two that you do not need:",
        ...[holder, packageName].map((each) => `  ${packageManager.remove} ${each}`),
      ],
    };
  },
  failed: (attempt, facts) => {
    const { packageName, hint, message, libraries } = attempt;
    // The message of an error ends with its hint.
    const said = firstLine(hint === undefined ? message : message.replace(` (${hint})`, ""));
    const ask = ["If that does not tell enough, ask its authors:", `  npm bugs ${packageName}`];
    const { cause, remedy } =
      libraries.length > 0
        ? libraryDiagnosis(attempt, facts)
        : {
            cause: said.startsWith(packageName) ? said : `${packageName} does not start: ${said}`,
            remedy: ask,
          };
    return { cause, remedy: hint === undefined ? remedy : asSentences(hint) };
  },
};

function asSentences(hint: string): readonly string[] {
  return `${hint.charAt(0).toUpperCase()}${hint.slice(1)}`.split("\n");
}

function notInstalled(
  { packageName }: BackendAttempt,
  facts: SystemFacts,
  { orderedBy }: Search,
): Omit<Diagnosis, "attempt"> {
  const title = libraryNames(packageName)?.title;
  if (facts.platform === "browser") {
    const remedy = [
      "No C library can be used in a browser: pass a backend that needs none, find({ backend }).",
    ];
    return { cause: orderedBy && `${packageName}, which ${orderedBy} names, is not there`, remedy };
  }
  return {
    cause: orderedBy && `${packageName}, which ${orderedBy} names, is not installed`,
    remedy: [
      orderedBy ? "Install it:" : "Install one:",
      `  ${facts.packageManager.add} ${packageName}`,
      ...(title === undefined ? [] : ["", `It drives the C library ${title}. If this system has none:`]),
      ...(libraryAdvice(packageName, facts) ?? []),
    ],
  };
}

function firstLine(message: string): string {
  return message.split("\n")[0] ?? "";
}
