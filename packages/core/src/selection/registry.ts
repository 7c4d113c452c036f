import type { BackendRegistration } from "../contract/backend-device.js";
import type { BackendAttempt } from "../errors.js";

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
    refuse(refused, { ...attemptOf(registration), outcome: "invalid", message: wrongVersion(version) });
    return;
  }
  const first = registrations.find((known) => known.name === name);
  if (first === undefined) {
    registrations.push(registration);
    return;
  }
  if (first.getBackend === registration.getBackend) return;
  if (first.packageName !== undefined && first.packageName === packageName) return;
  const holder = first.packageName === undefined ? "another package" : first.packageName;
  refuse(refused, {
    ...attemptOf(registration),
    outcome: "duplicate",
    message: `the name "${name}" was registered before by ${holder}, which stays`,
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

/** Says that a backend speaks another version of the contract. */
export function wrongVersion(version: unknown): string {
  const newer = typeof version === "number" && version > API_VERSION;
  const remedy = newer ? "update @tsusb/core" : "update the backend";
  return `it is written for version ${String(version)} of the backend contract, this core speaks version ${API_VERSION}: ${remedy}`;
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
