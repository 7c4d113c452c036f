import { checkInteger, show } from "../usb/check-integer.js";
import { checkAttached } from "../usb/to-bytes.js";
import type { IsoOptions, TransferOptionsOrTimeout } from "./options.js";

/** The longest timeout that every C library can take: an unsigned 32-bit number of milliseconds. */
const LONGEST_TIMEOUT = 0xffff_ffff;

/** Checks a timeout in milliseconds and gives it as backends want it: an integer, 0 for none. */
export function checkTimeout(name: string, value: unknown): number {
  if (typeof value !== "number")
    throw new TypeError(`${name} must be a number of milliseconds, got ${show(value)}`);
  if (value === Number.POSITIVE_INFINITY) return 0;
  if (!(value >= 0 && value <= LONGEST_TIMEOUT)) {
    throw new RangeError(`${name} must be 0 to ${LONGEST_TIMEOUT} ms, or Infinity for none, got ${value}`);
  }
  return Math.ceil(value);
}

/** Rejects names that an options object must not have, so that a slip of the pen is not silently ignored. */
export function checkOptionNames(what: string, options: object, known: ReadonlySet<string>): void {
  for (const name in options) {
    if (!known.has(name)) {
      throw new TypeError(`${what} has no option ${JSON.stringify(name)}; it has ${[...known].join(", ")}`);
    }
  }
}

/** A timeout in milliseconds, 0 for none, and the signal that may end the transfer earlier. */
export interface Limits {
  readonly timeout: number;
  readonly signal: AbortSignal | undefined;
}

const TRANSFER_OPTIONS: ReadonlySet<string> = new Set(["timeout", "signal"]);

/** Reads `{ timeout, signal }` or a bare timeout. */
export function limitsOf(
  options: TransferOptionsOrTimeout | undefined,
  defaultTimeout: number,
  known: ReadonlySet<string> = TRANSFER_OPTIONS,
): Limits {
  if (options === undefined) return { timeout: defaultTimeout, signal: undefined };
  if (typeof options === "number") return { timeout: checkTimeout("timeout", options), signal: undefined };
  if (typeof options !== "object" || options === null) {
    throw new TypeError(`options must be an object or a timeout in milliseconds, got ${show(options)}`);
  }
  checkOptionNames("options", options, known);
  const { timeout, signal } = options;
  if (signal !== undefined && !(signal instanceof AbortSignal)) {
    throw new TypeError(`options.signal must be an AbortSignal, got ${show(signal)}`);
  }
  return {
    timeout: timeout === undefined ? defaultTimeout : checkTimeout("options.timeout", timeout),
    signal,
  };
}

/** A view of the caller's bytes, for filling: of the whole view or buffer. */
export function bufferToFill(name: string, buffer: unknown): Uint8Array {
  if (buffer instanceof Uint8Array) {
    if (buffer.length === 0) checkAttached(buffer.buffer, name);
    return buffer;
  }
  if (ArrayBuffer.isView(buffer)) return new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.byteLength);
  if (buffer instanceof ArrayBuffer) return new Uint8Array(buffer);
  throw new TypeError(`${name} must be an ArrayBuffer or a view of one, got ${show(buffer)}`);
}

/** Longest transfer: what a signed 32-bit length of the C libraries holds. */
export const LONGEST_TRANSFER = 0x7fff_ffff;

/** Names of the options of a write. */
export const WRITE_OPTIONS: ReadonlySet<string> = new Set([...TRANSFER_OPTIONS, "zeroPacket"]);

/** Names of the options of an isochronous transfer. */
export const ISO_OPTIONS: ReadonlySet<string> = new Set([...TRANSFER_OPTIONS, "packetLengths"]);

/** Checks an optional flag. */
export function checkBoolean(name: string, value: unknown): boolean {
  if (value === undefined || typeof value === "boolean") return value ?? false;
  throw new TypeError(`${name} must be a boolean, got ${show(value)}`);
}

/** Reads and checks `packetLengths`, whose sum must be `length`. */
export function packetLengthsOf(
  options: IsoOptions | number | undefined,
  length: number,
): readonly number[] | undefined {
  if (typeof options !== "object" || options?.packetLengths === undefined) return undefined;
  return checkPacketLengths("options.packetLengths", options.packetLengths, length);
}

/** Checks the bytes of each packet, whose sum must be `length`. */
export function checkPacketLengths(name: string, lengths: unknown, length: number): readonly number[] {
  if (!Array.isArray(lengths))
    throw new TypeError(`${name} must be an array of byte counts, got ${show(lengths)}`);
  // A high-bandwidth SuperSpeedPlus interval: USB 3.2 §9.6.8, dwBytesPerInterval is wider, but no C library takes more.
  let sum = 0;
  lengths.forEach((each: unknown, index) => {
    sum += checkInteger(`${name}[${index}]`, each, 0, 0xffff_ffff);
  });
  if (sum !== length)
    throw new RangeError(`${name} must add up to the length of the transfer, ${length}, got ${sum}`);
  return lengths as readonly number[];
}

/** Runs `step` and turns what it throws at once into a rejection: promise-returning methods never throw. */
export function rejecting<T>(step: () => Promise<T>): Promise<T> {
  try {
    return step();
  } catch (error) {
    return Promise.reject(error);
  }
}
