import type { DeviceUnderTest } from "./device-under-test.js";

/**
 * Cuts what Linux keeps in a device's `descriptors` file into the device descriptor and its configurations: expected
 * bytes that come from another source than the library under test.
 *
 * @param bytes - The file `/sys/bus/usb/devices/…/descriptors`.
 */
export function splitSystemDescriptors(
  bytes: Uint8Array,
): Pick<DeviceUnderTest, "deviceDescriptor" | "configurationDescriptors"> {
  const configurationDescriptors: Uint8Array[] = [];
  let offset = 18;
  while (offset + 4 <= bytes.byteLength) {
    const length = (bytes[offset + 2] ?? 0) | ((bytes[offset + 3] ?? 0) << 8);
    if (length < 9) break;
    configurationDescriptors.push(Uint8Array.from(bytes.subarray(offset, offset + length)));
    offset += length;
  }
  return { deviceDescriptor: Uint8Array.from(bytes.subarray(0, 18)), configurationDescriptors };
}
