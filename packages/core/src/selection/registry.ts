import type { BackendRegistration } from "../contract/backend-device.js";

/**
 * Makes a backend known to core; a backend package calls it when it is imported. The first registration of a name
 * stays; the same package again is ignored; another one becomes an entry in `NoBackendError.attempts`.
 *
 * @throws TypeError if the registration lacks `name` or `getBackend`.
 */
export declare function registerBackend(registration: BackendRegistration): void;

/** Lists the backends that have registered themselves, in order. */
export declare function registeredBackends(): readonly BackendRegistration[];
