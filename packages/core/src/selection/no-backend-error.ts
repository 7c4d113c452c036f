import type { BackendRegistration } from "../contract/backend-device.js";
import { NoBackendError } from "../errors.js";
import { failedAttempts } from "./failed-attempts.js";
import { oneBackendMessage } from "./no-backend-message.js";
import { readSystemFacts } from "./system-facts.js";

/**
 * Makes the error that a backend's `getBackend` rejects with: its message says why the backend does not work here and
 * what to do on this system, as that of core's own `getBackend` does.
 *
 * I/O: reads one small file.
 *
 * @param registration - What the backend registers itself as.
 * @param cause - What went wrong; it becomes that of the attempt. The library files that were tried are taken from its
 *   `attempts`, or from those of its causes, as libloader makes them.
 * @param hint - What to do, where the backend knows better than core; default: the `hint` of `cause` or its causes. A
 *   sentence; commands follow on lines of their own, indented by two spaces.
 */
export function noBackendError(
  registration: Pick<BackendRegistration, "name" | "packageName">,
  cause: unknown,
  hint?: string,
): NoBackendError {
  const [first, ...more] = failedAttempts(registration, cause);
  const attempts = [hint === undefined ? first : { ...first, hint }, ...more] as const;
  const message = oneBackendMessage(attempts, readSystemFacts());
  return new NoBackendError(message, { backend: registration.name, attempts });
}
