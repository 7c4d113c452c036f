import { execFileSync } from "node:child_process";

/** What `lsusb` says of a device. */
export interface LsusbLine {
  readonly bus: number;
  readonly address: number;
  readonly idVendor: number;
  readonly idProduct: number;
}

/** Asks `lsusb`. By bus and address, as `tsusb list` need not sort. */
export function lsusb(): LsusbLine[] {
  const lines = execFileSync("lsusb", { encoding: "utf8" }).trim().split("\n");
  return byPlace(
    lines.map((line) => {
      const match = /^Bus (\d{3}) Device (\d{3}): ID ([0-9a-f]{4}):([0-9a-f]{4})/.exec(line);
      if (match === null) throw new Error(`lsusb said ${JSON.stringify(line)}`);
      const [, bus, address, idVendor = "", idProduct = ""] = match;
      return {
        bus: Number(bus),
        address: Number(address),
        idVendor: Number.parseInt(idVendor, 16),
        idProduct: Number.parseInt(idProduct, 16),
      };
    }),
  );
}

/** Sorts by bus and address. */
export function byPlace<T extends LsusbLine>(devices: readonly T[]): T[] {
  return [...devices].sort((a, b) => a.bus - b.bus || a.address - b.address);
}
