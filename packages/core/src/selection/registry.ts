import type { BackendRegistration } from "../contract/backend-device.js";
import type { BackendAttempt } from "../errors.js";
import { show } from "../usb/check-integer.js";

/** Version of the contract that this core speaks. */
export const API_VERSION = 1;

/**
 * Makes a backend known to core; a backend package calls it when it is imported. The first registration of a name
 * stays; the same package again is ignored; another one becomes an entry in `NoBackendError.attempts`, and so does one
 * for another version of the contract.
 *
 * @throws TypeError if the registration lacks `name` or `getBackend`.
 */
export function registerBackend(registration: BackendRegistration): void {
  checkRegistration(registration);
  const { name, packageName } = registration;
  const { registrations, refused } = registry();
  const version: unknown = registration.apiVersion;
  if (version !== API_VERSION) {
    const attempt = attemptOf(registration);
    refuse(refused, { ...attempt, outcome: "invalid", ...wrongVersion(version, attempt.packageName) });
    return;
  }
  const first = registrations.find((known) => known.name === name);
  if (first === undefined) {
    registrations.push(registration);
    return;
  }
  if (first.getBackend === registration.getBackend) return;
  if (first.packageName !== undefined && first.packageName === packageName) return;
  const holder = first.packageName ?? "another package";
  refuse(refused, {
    ...attemptOf(registration),
    outcome: "duplicate",
    message: `the name "${name}" was taken before by ${holder}, which keeps it`,
    hint: "remove one of the two packages",
  });
}

/** Lists the backends that have registered themselves, in order. */
export function registeredBackends(): readonly BackendRegistration[] {
  return [...registry().registrations];
}

/** Lists the registrations that were refused, as attempts. */
export function refusedRegistrations(): readonly BackendAttempt[] {
  return [...registry().refused];
}

/** Says that a backend speaks another version of the contract, and which of the two is to be updated. */
export function wrongVersion(
  version: unknown,
  packageName: string,
): Required<Pick<BackendAttempt, "message" | "hint">> {
  const isNewer = typeof version === "number" && version > API_VERSION;
  return {
    message: `it is written for version ${show(version)} of the backend contract, and this core speaks version ${API_VERSION}`,
    hint: `update ${isNewer ? "@tsusb/core" : packageName}`,
  };
}

interface Registry {
  readonly registrations: BackendRegistration[];
  readonly refused: BackendAttempt[];
}

/** On the global object, so that two copies of core in a process share it; by version, so that a later form fits in. */
const KEY = Symbol.for("tsusb.registry");

function registry(): Registry {
  const holder = globalThis as { [KEY]?: { v1?: Registry } };
  holder[KEY] ??= {};
  holder[KEY].v1 ??= { registrations: [], refused: [] };
  return holder[KEY].v1;
}

function refuse(refused: BackendAttempt[], attempt: BackendAttempt): void {
  const same = refused.some(
    ({ name, packageName, outcome }) =>
      name === attempt.name && packageName === attempt.packageName && outcome === attempt.outcome,
  );
  if (!same) refused.push(attempt);
}

function attemptOf({
  name,
  packageName,
}: BackendRegistration): Pick<BackendAttempt, "name" | "packageName" | "libraries"> {
  return { name, packageName: packageName ?? name, libraries: [] };
}

function checkRegistration(registration: unknown): asserts registration is BackendRegistration {
  const given: Partial<Record<keyof BackendRegistration, unknown>> = Object(registration);
  if (typeof given.name !== "string" || given.name === "") {
    throw new TypeError(
      `registerBackend: name must be a string that is not empty, not ${String(given.name)}`,
    );
  }
  if (typeof given.getBackend !== "function") {
    throw new TypeError(`registerBackend: getBackend of "${given.name}" must be a function`);
  }
  if (given.packageName !== undefined && typeof given.packageName !== "string") {
    throw new TypeError(`registerBackend: packageName of "${given.name}" must be a string`);
  }
}
