import { hex } from "../errors.js";
import type { VirtualSpeed } from "./declaration.js";
import type { EndpointDeclaration } from "./endpoint.js";
import { unique, within } from "./limits.js";

const TYPES: readonly unknown[] = [undefined, "control", "isochronous", "bulk", "interrupt"];

/** Refuses endpoints of one alternate setting that no device could have; messages as `checkDeclaration`. */
export function checkEndpoints(endpoints: readonly EndpointDeclaration[], speed: VirtualSpeed): void {
  const addresses = new Set<number>();
  for (const endpoint of endpoints) {
    const { bEndpointAddress } = endpoint;
    if ((bEndpointAddress & 0x70) !== 0 || (bEndpointAddress & 0x0f) === 0 || bEndpointAddress > 0xff)
      throw new RangeError(`bEndpointAddress is ${bEndpointAddress}; it can be 0x01 to 0x0f or 0x81 to 0x8f`);
    unique("bEndpointAddress", bEndpointAddress, addresses);
    checkFields(`endpoint ${hex(bEndpointAddress)}`, endpoint, speed);
    checkLogic(`endpoint ${hex(bEndpointAddress)}`, endpoint);
  }
}

function checkFields(name: string, endpoint: EndpointDeclaration, speed: VirtualSpeed): void {
  const { type = "bulk", wMaxPacketSize = 8, transactions = 1, bInterval = 1, companion = {} } = endpoint;
  if (!TYPES.includes(type))
    throw new RangeError(`${name} is ${type}; it can be bulk, interrupt, isochronous or control`);
  if (speed === "low" && (type === "bulk" || type === "isochronous"))
    throw new RangeError(`${name} is ${type}; at low speed it can be interrupt (USB 2.0 §5.8.2)`);
  within(`wMaxPacketSize of ${name}`, wMaxPacketSize & 0x7ff, type === "isochronous" ? 0 : 1, 1024);
  within(`wMaxPacketSize of ${name}`, wMaxPacketSize, 0, 0x17ff);
  within(`transactions of ${name}`, transactions, 1, 3);
  if (transactions > 1 && (type === "bulk" || type === "control" || speed !== "high"))
    throw new RangeError(
      `${name} has ${transactions} transactions a microframe; only high-speed interrupt and isochronous have more than 1`,
    );
  if (transactions > 1 && wMaxPacketSize > 0x7ff)
    throw new TypeError(`${name} has transactions and bits 12..11 of wMaxPacketSize; give one of them`);
  within(
    `bInterval of ${name}`,
    bInterval,
    type === "isochronous" ? 1 : 0,
    type === "isochronous" ? 16 : 255,
  );
  if (type !== "isochronous" && endpoint.synch !== undefined)
    throw new TypeError(`${name} is ${type} and has synch; only isochronous has`);
  if (type !== "isochronous" && endpoint.usage !== undefined && endpoint.usage !== "notification")
    throw new TypeError(`${name} is ${type} and has usage ${endpoint.usage}; only isochronous has`);
  within(`bMaxBurst of ${name}`, companion.bMaxBurst ?? 0, 0, 15);
  within(`wBytesPerInterval of ${name}`, companion.wBytesPerInterval ?? 0, 0, 0xffff);
}

function checkLogic(name: string, { bEndpointAddress, receive, provide }: EndpointDeclaration): void {
  const isIn = bEndpointAddress >= 0x80;
  if (isIn ? receive !== undefined : provide !== undefined)
    throw new TypeError(
      `${name} is ${isIn ? "IN and has receive" : "OUT and has provide"}; swap the function`,
    );
}
