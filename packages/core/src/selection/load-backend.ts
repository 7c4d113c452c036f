import type { BackendRegistration } from "../contract/backend-device.js";
import type { BackendAttempt } from "../errors.js";
import { type Application, readPackageManifest } from "./application.js";
import { KNOWN_PACKAGES } from "./known-backends.js";
import { API_VERSION, refusedRegistrations, registeredBackends, wrongVersion } from "./registry.js";

/** What backends are looked for in; given from outside, so that tests need no installed packages. */
export interface Surroundings {
  /** Imports a package as a dependency of core. */
  importFromCore(packageName: string): Promise<unknown>;
  /** Imports a file by its path. */
  importFile(path: string): Promise<unknown>;
  /** The application, found at the first call. */
  application(): Application | undefined;
}

/** A registration, or the reason why there is none. */
export type Loaded = { readonly registration: BackendRegistration } | { readonly attempt: BackendAttempt };

/**
 * Finds a backend by its name or by the name of its package: in the registry, then as a dependency of core, then as one
 * of the application. Imports the package if need be.
 */
export async function loadBackend(name: string, surroundings: Surroundings): Promise<Loaded> {
  const registered = findRegistration(name);
  if (registered) return { registration: registered };
  const packageName = KNOWN_PACKAGES.get(name) ?? (isPackageName(name) ? name : undefined);
  if (packageName !== undefined) return loadPackage(name, packageName, surroundings);
  const marked = markedPackages(surroundings.application()).find(
    (each) => shortNameOf(each.packageName) === name,
  );
  if (marked)
    return marked.apiVersion === API_VERSION
      ? loadPackage(name, marked.packageName, surroundings)
      : refused(marked);
  return {
    attempt: {
      name,
      packageName: name,
      outcome: "not-installed",
      message: `no backend is called "${name}": there are ${namesThatExist(surroundings).join(", ")}`,
      libraries: [],
    },
  };
}

/** Tells whether a name can be looked for at all: one of ours, a registered one, or that of a package. */
export function isKnownName(name: string, surroundings: Surroundings): boolean {
  if (findRegistration(name) || KNOWN_PACKAGES.has(name) || isPackageName(name)) return true;
  return markedPackages(surroundings.application()).some(
    ({ packageName }) => shortNameOf(packageName) === name,
  );
}

/** Lists every name that an order may have here. */
export function namesThatExist(surroundings: Surroundings): readonly string[] {
  const registered = registeredBackends().map(({ name }) => name);
  const marked = markedPackages(surroundings.application()).map(({ packageName }) => packageName);
  return [...new Set([...KNOWN_PACKAGES.keys(), ...registered, ...marked])];
}

/** A dependency of the application whose package.json says that it is a backend. */
export interface MarkedPackage {
  readonly packageName: string;
  /** Version of the contract that it says it is written for. */
  readonly apiVersion: unknown;
}

/** Lists the application's dependencies that are backends, by name and by the mark in their package.json. */
export function markedPackages(application: Application | undefined): readonly MarkedPackage[] {
  if (application === undefined) return [];
  const ours = new Set(KNOWN_PACKAGES.values());
  return application.dependencies
    .filter((packageName) => BACKEND_PACKAGE.test(packageName) && !ours.has(packageName))
    .map((packageName) => ({ packageName, mark: readPackageManifest(application, packageName)?.tsusb }))
    .filter(({ mark }) => typeof mark === "object" && mark !== null)
    .map(({ packageName, mark }) => ({ packageName, apiVersion: Reflect.get(Object(mark), "apiVersion") }));
}

/** Loads one of {@link markedPackages}. */
export async function loadMarked(marked: MarkedPackage, surroundings: Surroundings): Promise<Loaded> {
  if (marked.apiVersion !== API_VERSION) return refused(marked);
  const registered = findRegistration(marked.packageName);
  if (registered) return { registration: registered };
  return loadPackage(marked.packageName, marked.packageName, surroundings);
}

const BACKEND_PACKAGE = /^(?:@[^/]+\/(?:tsusb-)?backend-|tsusb-backend-)[^/]+$/;

function shortNameOf(packageName: string): string {
  return packageName.replace(/^(?:@[^/]+\/)?(?:tsusb-)?backend-/, "");
}

function isPackageName(name: string): boolean {
  return name.startsWith("@") || BACKEND_PACKAGE.test(name);
}

function findRegistration(name: string): BackendRegistration | undefined {
  return registeredBackends().find((each) => each.name === name || each.packageName === name);
}

async function loadPackage(name: string, packageName: string, surroundings: Surroundings): Promise<Loaded> {
  const base = { name, packageName, libraries: [] } as const;
  const before = new Set(registeredBackends());
  let exported: unknown;
  try {
    exported = await importPackage(packageName, surroundings);
  } catch (cause) {
    return {
      attempt: { ...base, outcome: "import-failed", message: `importing it failed: ${textOf(cause)}`, cause },
    };
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
    const message = "it neither registers a backend nor exports a function getBackend";
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
  const text = textOf(error);
  if (code !== "ERR_MODULE_NOT_FOUND" && code !== "MODULE_NOT_FOUND") {
    // Where there is no resolution of bare names at all, as in a browser without an import map.
    return error instanceof TypeError && text.includes(packageName) && /specifier/i.test(text);
  }
  if (pnpCode !== undefined) return text.includes(packageName);
  return new RegExp(`(?:package|module) ['"]${packageName}['"]`).test(text);
}

function refused({ packageName, apiVersion }: MarkedPackage): Loaded {
  const message = wrongVersion(apiVersion);
  return { attempt: { name: packageName, packageName, outcome: "invalid", message, libraries: [] } };
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
