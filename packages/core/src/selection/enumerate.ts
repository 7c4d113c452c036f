import type { IBackend } from "../contract/backend.js";
import type { BackendDevice } from "../contract/backend-device.js";
import { brokenBackend, callBackend } from "../contract/call-backend.js";
import type { USBError } from "../errors.js";
import { markAbsent } from "../model/device-registry.js";
import { show } from "../usb/check-integer.js";

/** What a backend lists. */
export interface Listing {
  /** The devices that are sound. */
  readonly listed: readonly BackendDevice[];
  /** `ERR_USB_BACKEND` if something in the list is no device; the others are not to suffer for it. */
  readonly fault: USBError | undefined;
}

/**
 * Lists what a backend lists, and marks the devices that are no longer there.
 *
 * @throws {@link USBError} `ERR_USB_BACKEND` if the backend gives no list, or what it rejects with.
 */
export async function enumerate(backend: IBackend): Promise<Listing> {
  const start = ++started;
  const { listed, fault } = soundDevices(backend, await callBackend(backend, "enumerateDevices"));
  // A list that was begun before a newer one was finished does not show what was plugged in meanwhile.
  if (start > (newest.get(backend) ?? 0)) {
    newest.set(backend, start);
    markAbsent(backend, new Set(listed.map(({ key }) => key)));
  }
  return { listed, fault };
}

let started = 0;

/** By backend: the latest start of an enumeration that has come to its end. */
const newest = new WeakMap<IBackend, number>();

function soundDevices(backend: IBackend, given: unknown): Listing {
  if (!Array.isArray(given))
    throw brokenBackend(backend, METHOD, `gave ${show(given)} instead of an array of devices`);
  const listed = new Map<string, BackendDevice>();
  let fault: USBError | undefined;
  for (const [index, device] of given.entries()) {
    const key: unknown = Reflect.get(Object(device), "key");
    if (typeof key !== "string" || key === "")
      fault ??= brokenBackend(
        backend,
        METHOD,
        `gave at index ${index} a device without a key: ${show(device)}`,
      );
    else if (listed.has(key))
      fault ??= brokenBackend(backend, METHOD, `gave two devices the key ${show(key)}`);
    else listed.set(key, device);
  }
  return { listed: [...listed.values()], fault };
}

const METHOD = "enumerateDevices";
