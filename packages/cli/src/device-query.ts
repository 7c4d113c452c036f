import type { Device, FindOptions } from "@tsusb/core";
import { InvalidArgumentError } from "commander";

/** Which device the user means. */
export interface DeviceQuery {
  /** As it was typed. */
  readonly text: string;
  /** What it stands for. */
  readonly filter: Pick<FindOptions, "idVendor" | "idProduct" | "bus" | "address" | "portNumbers">;
}

/**
 * Reads `VID:PID` (four hexadecimal digits each), `BUS:ADDRESS` (decimal) or `BUS-PORT.PORT…`. What could be both of the
 * first two is the first.
 *
 * @throws `InvalidArgumentError` naming the three forms.
 */
export function parseDeviceQuery(text: string): DeviceQuery {
  const ids = /^([0-9a-f]{4}):([0-9a-f]{4})$/i.exec(text);
  if (ids !== null) {
    const [idVendor, idProduct] = numbers(ids, 16);
    return { text, filter: { idVendor, idProduct } };
  }
  const place = /^(\d{1,3}):(\d{1,3})$/.exec(text);
  if (place !== null) {
    const [bus, address] = numbers(place, 10);
    return { text, filter: { bus, address } };
  }
  const path = /^(\d{1,3})-(\d{1,3}(?:\.\d{1,3})*)$/.exec(text);
  if (path !== null) {
    const ports = (path[2] ?? "").split(".").map(Number);
    const portNumbers = ports.length === 1 && ports[0] === 0 ? [] : ports;
    return { text, filter: { bus: Number(path[1]), portNumbers } };
  }
  throw new InvalidArgumentError(
    "It must be VID:PID with four hexadecimal digits each (0525:a4a0), BUS:ADDRESS (1:4) or PORTS (1-2.3).",
  );
}

/** How a device is called so that {@link parseDeviceQuery} finds it again: `1:4`. */
export function placeOf({ bus, address }: Pick<Device, "bus" | "address">): string {
  return `${bus ?? "?"}:${address ?? "?"}`;
}

/** The ports as Linux writes them: `1-2.3`; `1-0` for a root hub; empty if unknown. */
export function portPathOf({ bus, portNumbers }: Pick<Device, "bus" | "portNumbers">): string {
  if (bus === undefined || portNumbers === undefined) return "";
  return `${bus}-${portNumbers.length === 0 ? "0" : portNumbers.join(".")}`;
}

/** The ids as `lsusb` writes them: `0525:a4a0`. */
export function idsOf({ idVendor, idProduct }: Pick<Device, "idVendor" | "idProduct">): string {
  return [idVendor, idProduct].map((id) => id.toString(16).padStart(4, "0")).join(":");
}

function numbers([, first, second]: RegExpExecArray, radix: number): [number, number] {
  return [Number.parseInt(first ?? "", radix), Number.parseInt(second ?? "", radix)];
}
