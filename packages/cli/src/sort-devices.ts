import type { Device } from "@tsusb/core";

type Place = Pick<Device, "bus" | "portNumbers" | "address">;

/** Sorts by bus, then by the way from the root hub down, then by address. What is unknown comes last. */
export function sortDevices<T extends Place>(devices: readonly T[]): T[] {
  return [...devices].sort(
    (a, b) =>
      compare(a.bus, b.bus) || comparePorts(a.portNumbers, b.portNumbers) || compare(a.address, b.address),
  );
}

function comparePorts(a: readonly number[] | undefined, b: readonly number[] | undefined): number {
  if (a === undefined || b === undefined) return Number(a === undefined) - Number(b === undefined);
  const at = a.findIndex((port, index) => port !== b[index]);
  // One lies on the other's way: the hub comes before what is plugged into it.
  if (at === -1 || b[at] === undefined) return a.length - b.length;
  return compare(a[at], b[at]);
}

function compare(a: number | undefined, b: number | undefined): number {
  if (a === undefined || b === undefined) return Number(a === undefined) - Number(b === undefined);
  return a - b;
}
