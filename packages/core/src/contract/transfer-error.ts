import { USBError, type USBErrorCode, USBTimeoutError } from "../errors.js";
import { hexByte, hexWord } from "../usb/hex.js";
import { compactPackets } from "./iso-packets.js";
import type { ControlSetup, TransferResult, TransferStatus } from "./transfer.js";

/** What was asked of a transfer that failed; the error's message and hint are made of it. */
export interface TransferContext {
  /** What the caller called it. */
  readonly operation: "read" | "write" | "control";
  /** `bEndpointAddress`; 0 for control. */
  readonly endpoint: number;
  /** Name of the backend. */
  readonly backendName: string;
  /** How messages call the device: `"0525:a4a0 on bus 1 address 4"`. */
  readonly device?: string | undefined;
  /** Milliseconds, 0 = none. */
  readonly timeout?: number | undefined;
  /** Bytes asked for or to send. */
  readonly length?: number | undefined;
  /** That of the endpoint, with or without the bits above 10..0. */
  readonly wMaxPacketSize?: number | undefined;
  /** Control only: the request. */
  readonly setup?: ControlSetup | undefined;
  /** The buffer that the transfer filled, where the result has no `data`. */
  readonly into?: Uint8Array | undefined;
}

/**
 * Makes the error that a transfer's result stands for: the only place that gives a status its code.
 *
 * @param result - Of any status but `"completed"`.
 * @returns With `transferred`, and inwards `partial` if bytes had arrived.
 */
export function transferError(result: TransferResult, context: TransferContext): USBError {
  const { status, length } = result;
  const message = `${subject(context)}: ${explain(status, context)}${moved(length, context)}`;
  const details = {
    backendErrorCode: result.backendErrorCode,
    backend: context.backendName,
    hint: hintFor(status, context),
    transferred: length,
    partial: partialOf(result, context),
  };
  if (status === "timedOut") return new USBTimeoutError(message, details);
  return new USBError(message, { ...details, code: CODES[status] ?? "ERR_USB_BACKEND" });
}

const CODES: Readonly<Partial<Record<TransferStatus, USBErrorCode>>> = {
  cancelled: "EINTR",
  stall: "EPIPE",
  overflow: "EOVERFLOW",
  noDevice: "ENODEV",
  error: "EIO",
};

function subject({ operation, endpoint, device, setup }: TransferContext): string {
  const target = device === undefined ? "" : ` of ${device}`;
  if (operation !== "control") return `${operation} ${hexByte(endpoint)}${target}`;
  const request = setup
    ? ` ${hexByte(setup.bmRequestType)} ${hexByte(setup.bRequest)} ` +
      `wValue ${hexWord(setup.wValue)} wIndex ${hexWord(setup.wIndex)}`
    : "";
  return `control transfer${request}${target}`;
}

function explain(status: TransferStatus, { operation, timeout }: TransferContext): string {
  switch (status) {
    case "timedOut":
      return timeout ? `timed out after ${timeout} ms` : "timed out";
    case "stall":
      return operation === "control"
        ? "the device refused the request (stall)"
        : "stall, the endpoint is halted";
    case "overflow":
      return "overflow, the device sent more than was asked for";
    case "noDevice":
      return "the device is gone";
    case "cancelled":
      return "cancelled";
    case "error":
      return "failed on the bus";
    default:
      return `the backend reported the status ${JSON.stringify(status)}`;
  }
}

function moved(transferred: number, { length }: TransferContext): string {
  if (transferred === 0) return "";
  return length === undefined ? `, ${transferred} bytes moved` : `, ${transferred} of ${length} bytes moved`;
}

function hintFor(status: TransferStatus, context: TransferContext): string | undefined {
  const { operation, endpoint, length } = context;
  if (status === "stall" && operation !== "control") return `clearHalt(${hexByte(endpoint)}) ends the halt`;
  if (status !== "overflow" || length === undefined) return undefined;
  // Source: USB 2.0 Table 9-13, the bits above are additional transactions.
  const packetSize = (context.wMaxPacketSize ?? 0) & 0x7ff;
  // With a multiple already, the device sent a packet that its own descriptor rules out: no length helps.
  if (packetSize === 0 || (length > 0 && length % packetSize === 0)) return undefined;
  const enough = Math.max(1, Math.ceil(length / packetSize)) * packetSize;
  return `ask for ${enough} bytes instead of ${length}: a multiple of wMaxPacketSize, which is ${packetSize}`;
}

function partialOf(result: TransferResult, context: TransferContext): Uint8Array | undefined {
  const buffer = result.data ?? context.into;
  if (buffer === undefined || result.length === 0) return undefined;
  if (result.packets) return compactPackets(buffer, result.packets);
  return result.data?.length === result.length ? result.data : buffer.slice(0, result.length);
}
