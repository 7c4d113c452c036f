import type { IBackend } from "../contract/backend.js";
import type { BackendDevice } from "../contract/backend-device.js";
import { USBError } from "../errors.js";
import { markAbsent } from "../model/device-registry.js";

/**
 * Lists what a backend lists, and marks the devices that are no longer there.
 *
 * @throws {@link USBError} `ERR_USB_BACKEND` if the backend gives no list of devices, or what it rejects with.
 */
export async function enumerate(backend: IBackend): Promise<readonly BackendDevice[]> {
  const start = ++started;
  const listed: unknown = await backend.enumerateDevices();
  checkList(backend, listed);
  // A list that was begun before a newer one was finished does not show what was plugged in meanwhile.
  if (start > (newest.get(backend) ?? 0)) {
    newest.set(backend, start);
    markAbsent(backend, new Set(listed.map(({ key }) => key)));
  }
  return listed;
}

let started = 0;

/** By backend: the latest start of an enumeration that has come to its end. */
const newest = new WeakMap<IBackend, number>();

function checkList(backend: IBackend, listed: unknown): asserts listed is readonly BackendDevice[] {
  if (!Array.isArray(listed)) throw broken(backend, `resolved to ${String(listed)} instead of an array`);
  for (const [index, device] of listed.entries()) {
    if (typeof Reflect.get(Object(device), "key") === "string") continue;
    throw broken(backend, `gave a device without a key at index ${index}`);
  }
}

function broken(backend: IBackend, what: string): USBError {
  return new USBError(`${backend.name}.enumerateDevices ${what}`, {
    code: "ERR_USB_BACKEND",
    backend: backend.name,
  });
}
