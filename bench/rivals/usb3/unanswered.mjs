import { numberOf } from "./solo-device.mjs";

/**
 * Reads what nothing answers, until that has timed out. Its third argument is the timeout, which its types do not tell of.
 *
 * @param {import("usb3").UsbDevice} device
 * @param {number} address
 * @param {number} timeout
 */
export async function unanswered(device, address, timeout) {
  let length;
  try {
    ({ length } = (await device.transferIn(numberOf(address), 512, timeout)).data);
  } catch {
    // Its errors have one code; a failure of another kind comes at once, and shows in the figure.
    return;
  }
  throw new Error(`a silent endpoint gave ${length} bytes`);
}
