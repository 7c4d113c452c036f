import { USBError } from "../errors.js";
import type { IBackend } from "./backend.js";

/** The methods that give promises. */
type Method = {
  [Name in keyof IBackend]: IBackend[Name] extends (...args: never[]) => Promise<unknown> ? Name : never;
}[keyof IBackend];

/**
 * Calls a method of a backend, whatever that makes of it: what is thrown at once becomes a rejection, and what is no
 * `USBError` becomes one that names backend and method.
 *
 * @throws {@link USBError} `ERR_USB_BACKEND` for anything that a backend must not throw, with that as its cause; else
 *   what the method rejects with.
 */
export async function callBackend<Name extends Method>(
  backend: IBackend,
  method: Name,
  ...args: Parameters<IBackend[Name]>
): Promise<Awaited<ReturnType<IBackend[Name]>>> {
  try {
    return await Reflect.apply(backend[method], backend, args);
  } catch (error) {
    if (USBError.is(error)) throw error;
    throw brokenBackend(backend, method, `threw ${String(error)}`, error);
  }
}

/** Makes the error of a backend that breaks the contract: `what` its `method` did. */
export function brokenBackend(backend: IBackend, method: string, what: string, cause?: unknown): USBError {
  return new USBError(`${backend.name}.${method} ${what}`, {
    code: "ERR_USB_BACKEND",
    backend: backend.name,
    cause,
  });
}
