import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

/** IN endpoints that never have data, beside the two that always have. */
const SILENT = 8;
/** MB a second, and µs before each transfer: what a High-Speed device comes to. */
const LINE = { bandwidth: 40, latency: 125 };

/**
 * Hands over a description file.
 *
 * @template T
 * @param {number | undefined} count - So many devices as one finds on a machine; without, those that the rivals' programs
 *   know: 1209:0200 with two sources and eight silent endpoints, 1209:0201 with a source of 40 MB/s.
 * @param {(file: string) => Promise<T>} use - The file is gone after it.
 * @returns {Promise<T>}
 */
export async function withSoloDevices(count, use) {
  const folder = mkdtempSync(path.join(tmpdir(), "tsusb-bench-"));
  try {
    const file = path.join(folder, "devices.json");
    writeFileSync(file, JSON.stringify(count === undefined ? measured() : many(count)));
    return await use(file);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function measured() {
  const addresses = Array.from({ length: 2 + SILENT }, (_, at) => 0x81 + at);
  const sources = { "0x81": "source", "0x82": "source" };
  return [
    device({ id: "endless", product: 0x0200, addresses, endpoints: sources }),
    device({ id: "line", product: 0x0201, addresses: [0x81], endpoints: { "0x81": "source" }, ...LINE }),
  ];
}

/** On four buses, each with strings. */
function many(count) {
  return Array.from({ length: count }, (_, at) => ({
    ...device({ id: `many-${at}`, product: 0x0210, addresses: [0x81] }),
    bus: 1 + (at % 4),
    manufacturer: "tsusb",
    product: `Device ${at}`,
    serialNumber: `MANY-${at}`,
  }));
}

function device({ id, product, addresses, ...otherwise }) {
  const endpoints = addresses.map((bEndpointAddress) => ({
    bEndpointAddress,
    bmAttributes: "bulk",
    wMaxPacketSize: 512,
  }));
  return {
    id,
    device: { idVendor: 0x1209, idProduct: product, bDeviceClass: 255 },
    configurations: [{ bConfigurationValue: 1, interfaces: [{ bInterfaceNumber: 0, endpoints }] }],
    ...otherwise,
  };
}
