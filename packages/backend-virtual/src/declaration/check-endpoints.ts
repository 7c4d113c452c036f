import { hex } from "../errors.js";
import { checkConduct } from "./check-conduct.js";
import type { VirtualSpeed } from "./declaration.js";
import type { EndpointDeclaration } from "./endpoint.js";
import { bytesOnly, onlyFields, unique, within } from "./limits.js";

const TYPES: readonly unknown[] = [undefined, "control", "isochronous", "bulk", "interrupt"];

const FIELDS = [
  ...["bEndpointAddress", "type", "wMaxPacketSize", "transactions", "bInterval", "synch", "usage", "audio"],
  ...[
    "companion",
    "extraDescriptors",
    "receive",
    "echo",
    "provide",
    "messages",
    "zeroPacket",
    "latency",
    "faults",
  ],
];
const SYNCHS: readonly unknown[] = [undefined, "none", "asynchronous", "adaptive", "synchronous"];
const USAGES: readonly unknown[] = [undefined, "data", "feedback", "implicit", "notification"];

/** Refuses endpoints of one alternate setting that no device could have; messages as `checkDeclaration`. */
export function checkEndpoints(endpoints: readonly EndpointDeclaration[], speed: VirtualSpeed): void {
  const addresses = new Set<number>();
  for (const endpoint of endpoints) {
    const { bEndpointAddress } = endpoint;
    if ((bEndpointAddress & 0x70) !== 0 || (bEndpointAddress & 0x0f) === 0 || bEndpointAddress > 0xff)
      throw new RangeError(`bEndpointAddress is ${bEndpointAddress}; it can be 0x01 to 0x0f or 0x81 to 0x8f`);
    unique("bEndpointAddress", bEndpointAddress, addresses);
    const name = `endpoint ${hex(bEndpointAddress)}`;
    onlyFields(name, endpoint, FIELDS);
    bytesOnly(`extraDescriptors of ${name}`, endpoint.extraDescriptors);
    checkFields(name, endpoint, speed);
    checkLogic(name, endpoint);
    checkConduct(name, endpoint);
  }
  for (const { bEndpointAddress, echo } of endpoints)
    if (echo && !addresses.has(bEndpointAddress | 0x80))
      throw new RangeError(
        `endpoint ${hex(bEndpointAddress)} has echo; declare the IN endpoint ${hex(bEndpointAddress | 0x80)} beside it`,
      );
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
  if (!SYNCHS.includes(endpoint.synch))
    throw new RangeError(`synch of ${name} is ${endpoint.synch}; it can be ${SYNCHS.slice(1).join(", ")}`);
  if (!USAGES.includes(endpoint.usage))
    throw new RangeError(`usage of ${name} is ${endpoint.usage}; it can be ${USAGES.slice(1).join(", ")}`);
  if (type !== "isochronous" && endpoint.synch !== undefined)
    throw new TypeError(`${name} is ${type} and has synch; only isochronous has`);
  if (type !== "isochronous" && endpoint.usage !== undefined && endpoint.usage !== "notification")
    throw new TypeError(`${name} is ${type} and has usage ${endpoint.usage}; only isochronous has`);
  within(`bMaxBurst of ${name}`, companion.bMaxBurst ?? 0, 0, 15);
  within(`wBytesPerInterval of ${name}`, companion.wBytesPerInterval ?? 0, 0, 0xffff);
}

function checkLogic(name: string, endpoint: EndpointDeclaration): void {
  const { bEndpointAddress, receive, echo, provide, messages, type, latency } = endpoint;
  const isIn = bEndpointAddress >= 0x80;
  const [own, other] = [
    { receive, echo: echo || undefined },
    { provide, messages },
  ].map((logic) => Object.entries(logic).flatMap(([field, value]) => (value === undefined ? [] : [field])));
  const [mine, foreign] = isIn ? [other, own] : [own, other];
  if (foreign?.[0] !== undefined)
    throw new TypeError(
      `${name} is ${isIn ? "IN" : "OUT"} and has ${foreign[0]}, which is for ${isIn ? "OUT" : "IN"} endpoints`,
    );
  if ((mine?.length ?? 0) > 1) throw new TypeError(`${name} has ${mine?.join(" and ")}; give one of them`);
  if (type === "isochronous" && latency !== undefined)
    throw new TypeError(`${name} is isochronous and has latency; its packets come in their frames`);
}
