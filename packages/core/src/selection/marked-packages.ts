import type { Application } from "./application.js";
import { KNOWN_PACKAGES } from "./known-backends.js";

/** A dependency of the application whose package.json says that it is a backend. */
export interface MarkedPackage {
  readonly packageName: string;
  /** Version of the contract that it says it is written for. */
  readonly apiVersion: unknown;
}

/**
 * Lists the application's dependencies that are backends, by name and by the mark in their package.json, in the order of
 * the application's own. Ours are left out.
 *
 * I/O: at the first call for an application, reads the package.json of each dependency with such a name.
 */
export function markedPackages(application: Application | undefined): readonly MarkedPackage[] {
  if (application === undefined) return [];
  const found = known.get(application) ?? read(application);
  known.set(application, found);
  return found;
}

/** The name of a backend as its package's name suggests it: `acme` of `@acme/tsusb-backend-acme`. */
export function shortNameOf(packageName: string): string {
  return packageName.replace(/^(?:@[^/]+\/)?(?:tsusb-)?backend-/, "");
}

const known = new WeakMap<Application, readonly MarkedPackage[]>();

const BACKEND_PACKAGE = /^(?:@[^/]+\/(?:tsusb-)?backend-|tsusb-backend-)[^/]+$/;

function read(application: Application): readonly MarkedPackage[] {
  const ours = new Set(KNOWN_PACKAGES.values());
  return application.dependencies
    .filter((packageName) => BACKEND_PACKAGE.test(packageName) && !ours.has(packageName))
    .map((packageName) => ({ packageName, mark: application.manifestOf(packageName)?.tsusb }))
    .filter(({ mark }) => typeof mark === "object" && mark !== null)
    .map(({ packageName, mark }) => ({ packageName, apiVersion: Reflect.get(Object(mark), "apiVersion") }));
}
