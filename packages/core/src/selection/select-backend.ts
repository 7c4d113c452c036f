import type { IBackend } from "../contract/backend.js";
import type { BackendOptions, BackendRegistration } from "../contract/backend-device.js";
import { type BackendAttempt, type LibraryAttempt, NoBackendError, USBError } from "../errors.js";
import { checkBackend } from "./check-backend.js";
import { DEFAULT_ORDER, ONLY_BY_NAME } from "./known-backends.js";
import {
  isKnownName,
  type Loaded,
  loadBackend,
  loadMarked,
  markedPackages,
  namesThatExist,
  type Surroundings,
} from "./load-backend.js";
import { noBackendMessage } from "./no-backend-message.js";
import type { GetBackendOptions } from "./options.js";
import { refusedRegistrations, registeredBackends } from "./registry.js";
import { readSystemFacts } from "./system-facts.js";

/** A backend that works, and where it came from. */
export interface Chosen {
  readonly registration: BackendRegistration;
  readonly backend: IBackend;
}

/** What a selection depends on besides its options. */
export interface SelectionContext {
  /** Value of TSUSB_BACKEND. */
  readonly environment: string | undefined;
  readonly surroundings: Surroundings;
}

/**
 * Tries one backend after the other.
 *
 * @throws {@link NoBackendError} with everything that was tried.
 */
export async function selectBackend(options: GetBackendOptions, context: SelectionContext): Promise<Chosen> {
  const attempts: BackendAttempt[] = [];
  const tried = new Set<BackendRegistration>();
  for await (const loaded of candidates(options, context)) {
    if ("attempt" in loaded) {
      attempts.push(loaded.attempt);
      continue;
    }
    const { registration } = loaded;
    if (tried.has(registration)) continue;
    tried.add(registration);
    try {
      return { registration, backend: await instanceOf(registration, options) };
    } catch (error) {
      attempts.push(...failedAttempts(registration, error));
    }
  }
  for (const refused of refusedRegistrations()) {
    const told = attempts.some(
      (each) => each.name === refused.name && each.packageName === refused.packageName,
    );
    if (!told) attempts.push(refused);
  }
  throw new NoBackendError(noBackendMessage(attempts, readSystemFacts()), { attempts });
}

/**
 * Asks a registered backend for its instance and checks that it is one.
 *
 * @throws Whatever it rejects with; {@link USBError} `ERR_USB_BACKEND` if it is no backend.
 */
export async function instanceOf(
  registration: BackendRegistration,
  options: GetBackendOptions,
): Promise<IBackend> {
  const backend: unknown = await registration.getBackend(optionsFor(registration, options));
  checkBackend(backend, registration.name);
  return backend;
}

async function* candidates(
  options: GetBackendOptions,
  { environment, surroundings }: SelectionContext,
): AsyncGenerator<Loaded> {
  const order = options.order ?? namesIn(environment);
  if (order) {
    checkNames(order, options.order ? "the option order" : "TSUSB_BACKEND", surroundings);
    for (const name of order) yield await loadBackend(name, surroundings);
    return;
  }
  for (const name of DEFAULT_ORDER) yield await loadBackend(name, surroundings);
  for (const registration of registeredBackends()) {
    if (!ONLY_BY_NAME.has(registration.name)) yield { registration };
  }
  for (const marked of markedPackages(surroundings.application())) {
    const loaded = await loadMarked(marked, surroundings);
    if ("attempt" in loaded || !ONLY_BY_NAME.has(loaded.registration.name)) yield loaded;
  }
}

function namesIn(environment: string | undefined): readonly string[] | undefined {
  const names = (environment ?? "").split(",").map((name) => name.trim());
  const given = names.filter((name) => name !== "");
  return given.length > 0 ? given : undefined;
}

/** A name that nothing can be behind is a mistake in writing, which another backend must not cover up. */
function checkNames(order: readonly string[], source: string, surroundings: Surroundings): void {
  for (const name of order) {
    if (isKnownName(name, surroundings)) continue;
    const message =
      `${source} names "${name}", and no backend is called so: there are ` +
      `${namesThatExist(surroundings).join(", ")}; a package is written with its whole name`;
    throw new NoBackendError(message, {
      attempts: [{ name, packageName: name, outcome: "not-installed", message, libraries: [] }],
    });
  }
}

function optionsFor({ name }: BackendRegistration, options: GetBackendOptions): BackendOptions {
  const { logLevel, onLog, backendOptions } = options;
  const merged = { logLevel, onLog, ...backendOptions?.[name] };
  return Object.fromEntries(Object.entries(merged).filter(([, value]) => value !== undefined));
}

function failedAttempts(
  { name, packageName = name }: BackendRegistration,
  error: unknown,
): readonly BackendAttempt[] {
  const own: unknown = error instanceof NoBackendError ? error.attempts : [];
  if (Array.isArray(own) && own.length > 0) return own;
  const outcome = USBError.is(error) && error.code === "ERR_USB_BACKEND" ? "invalid" : "failed";
  const message = error instanceof Error ? error.message : String(error);
  return [{ name, packageName, outcome, message, libraries: librariesOf(error), cause: error }];
}

/** The library files that an error, or one behind it, says it tried. */
function librariesOf(error: unknown): readonly LibraryAttempt[] {
  for (let each = error, depth = 0; each instanceof Error && depth < 8; each = each.cause, depth++) {
    const attempts: unknown = Reflect.get(each, "attempts");
    if (Array.isArray(attempts) && attempts.length > 0 && attempts.every(isLibraryAttempt)) return attempts;
  }
  return [];
}

function isLibraryAttempt(value: unknown): value is LibraryAttempt {
  const { candidate, reason, message } = Object(value) as Record<string, unknown>;
  return typeof candidate === "string" && typeof reason === "string" && typeof message === "string";
}
