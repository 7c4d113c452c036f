/**
 * Reads what nothing answers, until that has timed out.
 *
 * @param {import("@tsusb/core").Device} device
 * @param {number} address
 * @param {number} timeout
 */
export async function unanswered(device, address, timeout) {
  let length;
  try {
    ({ length } = await device.read(address, 512, timeout));
  } catch (error) {
    if (error.code === "ETIMEDOUT") return;
    throw error;
  }
  throw new Error(`a silent endpoint gave ${length} bytes`);
}
