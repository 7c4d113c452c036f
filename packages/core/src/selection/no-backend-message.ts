import type { BackendAttempt } from "../errors.js";
import { describeAttempts } from "./describe-attempts.js";
import { diagnose, type Search } from "./diagnose.js";
import { setCommand, unsetCommand } from "./library-advice.js";
import { shortNameOf } from "./marked-packages.js";
import { nearestName } from "./nearest-name.js";
import type { SystemFacts } from "./system-facts.js";

/**
 * Writes what a program says that finds no backend: the most likely cause in one line, what to do about it, then every
 * backend that was tried and why not. Pure.
 */
export function noBackendMessage(
  attempts: readonly [BackendAttempt, ...BackendAttempt[]],
  facts: SystemFacts,
  search: Search,
): string {
  const isNothingInstalled = attempts.every(({ outcome }) => outcome === "not-installed");
  const { attempt, cause, remedy } = diagnose(attempts, facts, search);
  const headline =
    isNothingInstalled && !search.orderedBy ? "no USB backend is installed" : "no USB backend works here";
  return [
    cause === undefined ? headline : `${headline}: ${cause}`,
    "",
    ...remedy,
    "",
    search.orderedBy === undefined ? "Tried, in this order:" : `Tried, as ${search.orderedBy} says:`,
    ...describeAttempts(attempts, attempt, facts),
    ...whereElse(search),
  ].join("\n");
}

/** Writes what a backend says of itself if it does not work. Pure. */
export function oneBackendMessage(
  attempts: readonly [BackendAttempt, ...BackendAttempt[]],
  facts: SystemFacts,
): string {
  const { attempt, cause, remedy } = diagnose(attempts, facts, NAMED);
  const tried =
    attempt.libraries.length > 1 ? ["", "Tried:", ...describeAttempts(attempts, attempt, facts)] : [];
  return [`${attempt.name} does not work here: ${cause}`, "", ...remedy, ...tried].join("\n");
}

/** As if an order had named it: that there are others is not the point. */
const NAMED: Search = { orderedBy: "the option order", manifestPath: undefined };

/** An order with a name that nothing is called. */
export interface UnknownName {
  readonly name: string;
  /** All of them. */
  readonly names: readonly string[];
  readonly source: "the option order" | "TSUSB_BACKEND";
  /** Every name that there is. */
  readonly exist: readonly string[];
}

/** Writes what a program says whose order names what does not exist. Pure. */
export function unknownNameMessage({ name, names, source, exist }: UnknownName, facts: SystemFacts): string {
  const meant = nearestName(shortNameOf(name), exist);
  const corrected = names.map((each) => (each === name ? meant : each)).join(",");
  const isVariable = source === "TSUSB_BACKEND";
  const suggestion = [
    `Did you mean ${meant}?`,
    ...(isVariable ? [`  ${setCommand(source, corrected, facts)}`] : []),
    "",
  ];
  return [
    `${source} names "${name}", and no backend is called so`,
    "",
    ...(meant === undefined ? [] : suggestion),
    `There are ${exist.join(", ")}. Any other package is written with its whole name.`,
    "To have the best one chosen:",
    isVariable ? `  ${unsetCommand(source, facts)}` : "  leave the option out",
  ].join("\n");
}

function whereElse({ orderedBy, manifestPath }: Search): string[] {
  if (orderedBy !== undefined) return [];
  return [
    manifestPath === undefined
      ? "Other backends are not looked for: no script tells which application this is; getBackend({ from }) does."
      : `Other backends are looked for among the dependencies in ${manifestPath}.`,
  ];
}
