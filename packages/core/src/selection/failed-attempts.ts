import type { BackendRegistration } from "../contract/backend-device.js";
import { type BackendAttempt, type LibraryAttempt, NoBackendError, USBError } from "../errors.js";
import { reasonText } from "./reason-text.js";

/**
 * Makes attempts of what a backend's `getBackend` rejected with: those that its own error carries, else one with the
 * error's words. Nothing in the error is trusted; it comes from anybody.
 */
export function failedAttempts(
  { name, packageName = name }: Pick<BackendRegistration, "name" | "packageName">,
  error: unknown,
): readonly [BackendAttempt, ...BackendAttempt[]] {
  const own: unknown = error instanceof NoBackendError ? error.attempts : undefined;
  if (Array.isArray(own) && own.every(isBackendAttempt)) {
    const [first, ...more] = own.map((each) => ({ ...hintOf(each.cause), ...each }));
    if (first !== undefined) return [first, ...more];
  }
  const isBroken = USBError.is(error) && error.code === "ERR_USB_BACKEND";
  return [
    {
      name,
      packageName,
      outcome: isBroken ? "invalid" : "failed",
      message: reasonText(error),
      ...hintOf(error),
      libraries: librariesOf(error),
      cause: error,
    },
  ];
}

/** The library files that an error, or one behind it, says it tried. */
function librariesOf(error: unknown): readonly LibraryAttempt[] {
  for (let each = error, depth = 0; each instanceof Error && depth < 8; each = each.cause, depth++) {
    const attempts: unknown = Reflect.get(each, "attempts");
    if (Array.isArray(attempts) && attempts.length > 0 && attempts.every(isLibraryAttempt)) return attempts;
  }
  return [];
}

/** What an error, or one behind it, says is to be done. */
function hintOf(error: unknown): Pick<BackendAttempt, "hint"> {
  for (let each = error, depth = 0; each instanceof Error && depth < 8; each = each.cause, depth++) {
    const hint: unknown = Reflect.get(each, "hint");
    if (typeof hint === "string" && hint !== "") return { hint };
  }
  return {};
}

function isBackendAttempt(value: unknown): value is BackendAttempt {
  const { name, packageName, outcome, message, hint, libraries } = Object(value) as Record<string, unknown>;
  const texts = [name, packageName, outcome, message, hint ?? ""];
  return (
    texts.every((text) => typeof text === "string") &&
    Array.isArray(libraries) &&
    libraries.every(isLibraryAttempt)
  );
}

function isLibraryAttempt(value: unknown): value is LibraryAttempt {
  const { candidate, source, reason, message, path, missingSymbols } = Object(value) as Record<
    string,
    unknown
  >;
  const texts = [candidate, source, reason, message, path ?? ""];
  return (
    texts.every((text) => typeof text === "string") &&
    (missingSymbols === undefined || Array.isArray(missingSymbols))
  );
}
