import type { IBackend } from "../contract/backend.js";
import { USBError } from "../errors.js";
import { show } from "../usb/check-integer.js";
import { isPromise } from "../usb/is-promise.js";

/** What an implementer must write; the rest has a default. */
const REQUIRED_METHODS = [
  "enumerateDevices",
  "getDeviceDescriptor",
  "getConfigurationDescriptor",
  "openDevice",
  "closeDevice",
  "setConfiguration",
  "getConfiguration",
  "claimInterface",
  "releaseInterface",
  "setInterfaceAltsetting",
  "submit",
  "close",
] as const satisfies readonly (keyof IBackend)[];

/**
 * Checks by its shape that something is a backend. Not by `instanceof`, which does not hold across two copies of core.
 *
 * @param name - How messages call it as long as it does not say so itself.
 * @throws {@link USBError} `ERR_USB_BACKEND` naming the backend and what it lacks.
 */
export function checkBackend(backend: unknown, name: string): asserts backend is IBackend {
  if (typeof backend !== "object" || backend === null) {
    throw broken(name, `getBackend resolved to ${show(backend)}, which is no backend`);
  }
  const given: Partial<Record<keyof IBackend, unknown>> = backend;
  if (typeof given.name !== "string" || given.name === "") throw broken(name, "it has no name");
  if (typeof given.supports !== "object" || given.supports === null)
    throw broken(given.name, "it lacks supports");
  for (const method of REQUIRED_METHODS) {
    if (typeof given[method] !== "function") throw broken(given.name, `it lacks the method ${method}`);
  }
}

/**
 * Checks that an option may be a backend, before anybody looks what it lacks.
 *
 * @param name - Of the option, for the message.
 * @throws TypeError that says how to get a backend, if the option is no object or still a promise.
 */
export function checkBackendOption(value: unknown, name: string): void {
  if (typeof value === "object" && value !== null && !isPromise(value)) return;
  throw new TypeError(`${name} must be a backend, not ${whatInstead(value)}`);
}

function whatInstead(value: unknown): string {
  if (isPromise(value)) return "a promise of one; await it: { backend: await getBackend() }";
  if (typeof value === "function") return "a function; call it: { backend: await getBackend() }";
  if (typeof value !== "string" || value === "") return show(value);
  return `its name ${show(value)}; give { backend: await getBackend({ order: [${show(value)}] }) }`;
}

function broken(name: string, what: string): USBError {
  return new USBError(`backend ${name}: ${what}`, { code: "ERR_USB_BACKEND", backend: name });
}
