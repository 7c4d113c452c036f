import type { BackendRegistration } from "../contract/backend-device.js";
import type { BackendAttempt } from "../errors.js";
import { withinTime } from "../model/within-time.js";
import type { Application } from "./application.js";
import { KNOWN_PACKAGES } from "./known-backends.js";
import { type MarkedPackage, markedPackages, shortNameOf } from "./marked-packages.js";
import { reasonText } from "./reason-text.js";
import { API_VERSION, refusedRegistrations, registeredBackends, wrongVersion } from "./registry.js";

/** What backends are looked for in; given from outside, so that tests need no installed packages. */
export interface Surroundings {
  /** Imports a package as a dependency of core. */
  importFromCore(packageName: string): Promise<unknown>;
  /** Imports a file by its path. */
  importFile(path: string): Promise<unknown>;
  /** The application, found at the first call. */
  application(): Application | undefined;
  /** Milliseconds that one import may take. */
  readonly importTimeout: number;
}

/** A registration, or the reason why there is none. */
export type Loaded = { readonly registration: BackendRegistration } | { readonly attempt: BackendAttempt };

/**
 * Finds a backend by its name or by the name of its package: in the registry, then as a dependency of core, then as one
 * of the application. Imports the package if need be.
 *
 * @param name - One that {@link isKnownName} knows.
 */
export async function loadBackend(name: string, surroundings: Surroundings): Promise<Loaded> {
  const registered = findRegistration(name);
  if (registered) return { registration: registered };
  const ours = KNOWN_PACKAGES.get(name);
  if (ours !== undefined) return loadPackage(name, ours, surroundings);
  const marked = markedPackages(surroundings.application()).find((each) => isCalled(each, name));
  return marked ? loadMarked(marked, surroundings, name) : loadPackage(name, name, surroundings);
}

/**
 * Loads one of {@link markedPackages}.
 *
 * @param name - How it was asked for.
 */
export async function loadMarked(
  { packageName, apiVersion }: MarkedPackage,
  surroundings: Surroundings,
  name = packageName,
): Promise<Loaded> {
  if (apiVersion !== API_VERSION) {
    const refusal = {
      name: packageName,
      packageName,
      libraries: [],
      ...wrongVersion(apiVersion, packageName),
    };
    return { attempt: { ...refusal, outcome: "invalid" } };
  }
  const registered = findRegistration(packageName);
  return registered ? { registration: registered } : loadPackage(name, packageName, surroundings);
}

/** Tells whether there can be a backend of a name: one of ours, a registered one, or that of any package. */
export function isKnownName(name: string, surroundings: Surroundings): boolean {
  if (findRegistration(name) || KNOWN_PACKAGES.has(name)) return true;
  const application = surroundings.application();
  if (application?.dependencies.includes(name)) return true;
  if (markedPackages(application).some((each) => isCalled(each, name))) return true;
  // Of our own scope it is known what there is: another name is a mistake in writing, and nobody shall install it.
  if (name.startsWith("@tsusb/")) return [...KNOWN_PACKAGES.values()].includes(name);
  return PACKAGE_NAME.test(name);
}

/** Lists every name that an order may have here. */
export function namesThatExist(surroundings: Surroundings): readonly string[] {
  const registered = registeredBackends().map(({ name }) => name);
  const marked = markedPackages(surroundings.application()).map(({ packageName }) => packageName);
  return [...new Set([...KNOWN_PACKAGES.keys(), ...registered, ...marked])];
}

/** Names that say by themselves that they are of packages. */
const PACKAGE_NAME = /^(?:@[\w~-][\w.~-]*\/|tsusb-backend-)[\w~-][\w.~-]*$/;

function isCalled({ packageName }: MarkedPackage, name: string): boolean {
  return packageName === name || shortNameOf(packageName) === name;
}

function findRegistration(name: string): BackendRegistration | undefined {
  return registeredBackends().find((each) => each.name === name || each.packageName === name);
}

async function loadPackage(name: string, packageName: string, surroundings: Surroundings): Promise<Loaded> {
  const base = { name, packageName, libraries: [] } as const;
  const before = new Set(registeredBackends());
  let exported: unknown;
  try {
    exported = await withinTime(importPackage(packageName, surroundings), surroundings.importTimeout);
  } catch (cause) {
    const message = `importing it failed: ${reasonText(cause)}`;
    return { attempt: { ...base, outcome: "import-failed", message, cause } };
  }
  if (exported === undefined) {
    return { attempt: { ...base, outcome: "not-installed", message: `${packageName} is not installed` } };
  }
  const registration =
    findRegistration(name) ??
    findRegistration(packageName) ??
    registeredBackends().find((each) => each.packageName === undefined && !before.has(each));
  if (registration) return { registration };
  const refusal = refusedRegistrations().find(
    (each) => each.packageName === packageName || each.name === name,
  );
  if (refusal) return { attempt: refusal };
  const getBackend: unknown = Reflect.get(Object(exported), "getBackend");
  if (typeof getBackend !== "function") {
    const exports = Object.keys(Object(exported)).slice(0, 5).join(", ");
    const message = `it neither registers a backend nor exports a function getBackend; it exports ${exports || "nothing"}`;
    return { attempt: { ...base, outcome: "invalid", message } };
  }
  return {
    registration: {
      name,
      apiVersion: API_VERSION,
      packageName,
      getBackend: (options) => Reflect.apply(getBackend, undefined, [options]),
    },
  };
}

/** Gives what a package exports, `undefined` if it is nowhere installed. */
async function importPackage(packageName: string, surroundings: Surroundings): Promise<unknown> {
  try {
    return (await surroundings.importFromCore(packageName)) ?? {};
  } catch (error) {
    if (!isMissing(error, packageName)) throw error;
  }
  const file = surroundings.application()?.resolve(packageName);
  return file === undefined ? undefined : ((await surroundings.importFile(file)) ?? {});
}

/** Tells a package that is not there from one that lacks something itself. */
function isMissing(error: unknown, packageName: string): boolean {
  const { code, pnpCode } = Object(error) as { readonly code?: unknown; readonly pnpCode?: unknown };
  const text = reasonText(error);
  if (code !== "ERR_MODULE_NOT_FOUND" && code !== "MODULE_NOT_FOUND") {
    // Where there is no resolution of bare names at all, as in a browser without an import map.
    return error instanceof TypeError && text.includes(packageName) && /specifier/i.test(text);
  }
  if (pnpCode !== undefined) return text.includes(packageName);
  return new RegExp(`(?:package|module) ['"]${packageName}['"]`).test(text);
}
