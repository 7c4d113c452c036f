import { show } from "../usb/check-integer.js";
import { isPromise } from "../usb/is-promise.js";

/**
 * Checks by its shape that a caller gave a device: two copies of this package may meet in one process.
 *
 * @throws TypeError naming what it is instead, and how it probably came to that.
 */
export function checkDevice(device: unknown): void {
  if (typeof device === "object" && device !== null && "ctrlTransfer" in device) return;
  if (isPromise(device)) throw new TypeError("device must be a Device, got a promise of one; await it");
  const remedy = device === undefined ? "; find() gives undefined where no device matches" : "";
  throw new TypeError(`device must be a Device, got ${show(device)}${remedy}`);
}
