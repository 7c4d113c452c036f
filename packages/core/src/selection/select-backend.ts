import type { IBackend } from "../contract/backend.js";
import type { BackendOptions, BackendRegistration } from "../contract/backend-device.js";
import { type BackendAttempt, NoBackendError, USBError } from "../errors.js";
import { checkBackend } from "./check-backend.js";
import { failedAttempts } from "./failed-attempts.js";
import { DEFAULT_ORDER, KNOWN_PACKAGES, ONLY_BY_NAME } from "./known-backends.js";
import {
  isKnownName,
  type Loaded,
  loadBackend,
  loadMarked,
  namesThatExist,
  type Surroundings,
} from "./load-backend.js";
import { markedPackages, shortNameOf } from "./marked-packages.js";
import { noBackendMessage, unknownNameMessage } from "./no-backend-message.js";
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
 * @throws TypeError or RangeError of a backend that refuses the options which the caller gave it.
 */
export async function selectBackend(options: GetBackendOptions, context: SelectionContext): Promise<Chosen> {
  const { surroundings } = context;
  const order = orderOf(options, context);
  if (order) await checkNames(order, surroundings);
  // An order has at least one name, and each gives an attempt unless it is chosen.
  const attempts = [] as unknown as [BackendAttempt, ...BackendAttempt[]];
  const tried = new Set<BackendRegistration>();
  for await (const loaded of candidates(order, surroundings)) {
    if ("attempt" in loaded) {
      const { packageName, outcome } = loaded.attempt;
      // Two names may stand for one package.
      const isTold = attempts.some((each) => each.packageName === packageName && each.outcome === outcome);
      if (!isTold) attempts.push(loaded.attempt);
      continue;
    }
    const { registration } = loaded;
    if (tried.has(registration)) continue;
    tried.add(registration);
    try {
      return { registration, backend: await instanceOf(registration, options) };
    } catch (error) {
      if (isCallersMistake(error, registration, options)) throw error;
      attempts.push(...failedAttempts(registration, error));
    }
  }
  for (const refused of refusedRegistrations()) {
    const isTold = attempts.some(
      (each) => each.name === refused.name && each.packageName === refused.packageName,
    );
    if (!isTold) attempts.push(refused);
  }
  const manifestPath = surroundings.application()?.manifestPath;
  const search = { orderedBy: order?.source, manifestPath };
  throw new NoBackendError(noBackendMessage(attempts, readSystemFacts(manifestPath), search), { attempts });
}

/**
 * Asks a registered backend for its instance and checks that it is one, and its own.
 *
 * @throws Whatever it rejects with; {@link USBError} `ERR_USB_BACKEND` if it is no backend.
 */
export async function instanceOf(
  registration: BackendRegistration,
  options: GetBackendOptions,
): Promise<IBackend> {
  const backend: unknown = await registration.getBackend(optionsFor(registration, options));
  checkBackend(backend, registration.name);
  checkIdentity(backend.name, registration);
  return backend;
}

/** A name that a user knows must not be given to what another package made; one of its own, a package may choose. */
function checkIdentity(given: string, { name, packageName }: BackendRegistration): void {
  const own = [name, shortNameOf(packageName ?? name)];
  if (own.includes(given)) return;
  const others = [...DEFAULT_ORDER, ...registeredBackends().map((each) => each.name)];
  const isTaken = others.includes(given) && !ONLY_BY_NAME.has(given);
  if (!isTaken && !own.some((each) => KNOWN_PACKAGES.has(each))) return;
  throw new USBError(`backend ${name}: getBackend resolved to another backend, ${given}`, {
    code: "ERR_USB_BACKEND",
    backend: name,
  });
}

/** The names to try, and who gave them. */
interface Order {
  readonly names: readonly string[];
  readonly source: "the option order" | "TSUSB_BACKEND";
}

function orderOf({ order }: GetBackendOptions, { environment }: SelectionContext): Order | undefined {
  if (order) return { names: order, source: "the option order" };
  const names = (environment ?? "").split(",").map((name) => name.trim());
  const given = names.filter((name) => name !== "");
  return given.length > 0 ? { names: given, source: "TSUSB_BACKEND" } : undefined;
}

async function* candidates(order: Order | undefined, surroundings: Surroundings): AsyncGenerator<Loaded> {
  for (const name of order?.names ?? DEFAULT_ORDER) yield await loadBackend(name, surroundings);
  if (order) return;
  for (const registration of registeredBackends()) {
    if (!ONLY_BY_NAME.has(registration.name)) yield { registration };
  }
  for (const marked of markedPackages(surroundings.application())) {
    const loaded = await loadMarked(marked, surroundings);
    if ("attempt" in loaded || !ONLY_BY_NAME.has(loaded.registration.name)) yield loaded;
  }
}

/** A name that nothing can be behind is a mistake in writing, which another backend must not cover up. */
async function checkNames({ names, source }: Order, surroundings: Surroundings): Promise<void> {
  const isStrange = (name: string) => !isKnownName(name, surroundings);
  if (!names.some(isStrange)) return;
  // A package may register itself by another name than its own suggests: only importing it tells.
  for (const marked of markedPackages(surroundings.application())) await loadMarked(marked, surroundings);
  const name = names.find(isStrange);
  if (name === undefined) return;
  const exist = namesThatExist(surroundings);
  const facts = readSystemFacts(surroundings.application()?.manifestPath);
  const message = `no backend is called "${name}": there are ${exist.join(", ")}`;
  throw new NoBackendError(unknownNameMessage({ name, names, source, exist }, facts), {
    attempts: [{ name, packageName: name, outcome: "not-installed", message, libraries: [] }],
  });
}

function optionsFor({ name }: BackendRegistration, options: GetBackendOptions): BackendOptions {
  const { logLevel, onLog, backendOptions } = options;
  const merged = { logLevel, onLog, ...backendOptions?.[name] };
  return Object.fromEntries(Object.entries(merged).filter(([, value]) => value !== undefined));
}

/** Whoever gives a backend an option that it refuses must hear of it, though the next backend would work. */
function isCallersMistake(
  error: unknown,
  { name }: BackendRegistration,
  { backendOptions }: GetBackendOptions,
): boolean {
  return backendOptions?.[name] !== undefined && (error instanceof TypeError || error instanceof RangeError);
}
