/** Handles that wait while something else is measured. Their interfaces and endpoints: see lib/devices.mjs. */
const WAITERS = 8;
const FIRST_INTERFACE = 1;
const FIRST_SILENT = 0x85;

/**
 * Opens a handle for each of the interfaces that never have data, and claims it.
 *
 * @param {import("@tsusb/core").Device} device
 * @returns {Promise<readonly import("@tsusb/core").Device[]>}
 */
export async function openWaiters(device) {
  const waiters = [];
  for (let at = 0; at < WAITERS; at++) {
    const waiter = await device.openSeparately();
    await waiter.claimInterface(FIRST_INTERFACE + at);
    waiters.push(waiter);
  }
  return waiters;
}

/**
 * Starts a read on each that nothing answers.
 *
 * @param {readonly import("@tsusb/core").Device[]} waiters
 * @param {number} timeout - Milliseconds, 0 = none.
 * @returns {readonly Promise<Uint8Array>[]}
 */
export function waitForData(waiters, timeout) {
  return waiters.map((waiter, at) => waiter.read(FIRST_SILENT + at, 512, timeout));
}
