import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

/** `idProduct` of the first device; the next ones follow. */
export const FIRST_PRODUCT = 0x0100;

/** Interfaces with an endpoint that never has data, beside the first one, whose endpoint always has. */
const SILENT = 8;

/**
 * Hands over a description file of so many devices, each for a rival of its own.
 *
 * @template T
 * @param {number} count
 * @param {(file: string) => Promise<T>} use - The file is gone after it.
 * @returns {Promise<T>}
 */
export async function withDevices(count, use) {
  const folder = mkdtempSync(path.join(tmpdir(), "tsusb-bench-"));
  try {
    const file = path.join(folder, "devices.json");
    writeFileSync(file, JSON.stringify(devices(count)));
    return await use(file);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function devices(count) {
  const endpoint = (address) => ({ bEndpointAddress: address, bmAttributes: "bulk", wMaxPacketSize: 512 });
  const interfaces = Array.from({ length: 1 + SILENT }, (_, number) => ({
    bInterfaceNumber: number,
    endpoints: [endpoint(0x84 + number)],
  }));
  return Array.from({ length: count }, (_, at) => ({
    id: `rival-${at}`,
    device: { idVendor: 0x1209, idProduct: FIRST_PRODUCT + at, bDeviceClass: 255 },
    configurations: [{ bConfigurationValue: 1, interfaces }],
    endpoints: { "0x84": "source" },
  }));
}
