import { readFile } from "node:fs/promises";

/** Where systems keep the list of http://www.linux-usb.org/usb-ids.html. */
const PLACES: readonly string[] = [
  "/usr/share/hwdata/usb.ids",
  "/usr/share/misc/usb.ids",
  "/var/lib/usbutils/usb.ids",
  "/usr/share/usb.ids",
  "/usr/local/share/hwdata/usb.ids",
  "/usr/local/share/misc/usb.ids",
  "/usr/local/share/usb.ids",
  "/opt/homebrew/share/hwdata/usb.ids",
  "/opt/homebrew/share/misc/usb.ids",
  "/opt/local/share/hwdata/usb.ids",
  "/run/current-system/sw/share/hwdata/usb.ids",
];

/** Names of a vendor and of one of its products; `undefined` where the list has none. */
export interface UsbNames {
  readonly vendor: string | undefined;
  readonly product: string | undefined;
}

const UNKNOWN: UsbNames = { vendor: undefined, product: undefined };

/**
 * Reads the system's list of names. I/O: one file, the first that there is.
 *
 * @returns What looks a device up: no line is read but those that are asked for. Without a list, nothing has a name.
 */
export async function loadUsbIds(
  places: readonly string[] = PLACES,
): Promise<(idVendor: number, idProduct: number) => UsbNames> {
  for (const place of places) {
    const text = await readFile(place, "utf8").catch(() => undefined);
    if (text !== undefined) return (idVendor, idProduct) => lookUp(`\n${text}`, idVendor, idProduct);
  }
  return () => UNKNOWN;
}

function lookUp(text: string, idVendor: number, idProduct: number): UsbNames {
  const at = text.indexOf(`\n${hex(idVendor)}  `);
  if (at === -1) return UNKNOWN;
  // Products follow their vendor, a tab deeper; comments may stand between.
  const next = /\n[^\t#\r\n]/g;
  next.lastIndex = at + 1;
  const end = next.exec(text)?.index ?? text.length;
  const block = text.slice(at, end);
  return {
    vendor: nameAfter(block, `\n${hex(idVendor)}  `),
    product: nameAfter(block, `\n\t${hex(idProduct)}  `),
  };
}

function nameAfter(block: string, key: string): string | undefined {
  const at = block.indexOf(key);
  if (at === -1) return undefined;
  const start = at + key.length;
  const end = block.indexOf("\n", start);
  return block.slice(start, end === -1 ? undefined : end).trim() || undefined;
}

function hex(id: number): string {
  return id.toString(16).padStart(4, "0");
}
