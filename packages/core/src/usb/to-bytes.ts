import type { DataOut } from "../model/options.js";
import { show } from "./check-integer.js";

/**
 * Takes what may be sent as bytes. A view or buffer is not copied; a view of wider numbers gives its bytes as they lie
 * in memory.
 *
 * @param name - Of the argument, for the message.
 * @throws TypeError if it is nothing that may be sent, or its buffer was detached; for an entry that is no number a
 *   TypeError, and a RangeError if that is no integer from 0 to 255, both naming its index and value.
 */
export function toBytes(data: DataOut, name: string): Uint8Array {
  if (typeof data === "string") return new TextEncoder().encode(data);
  if (typeof data !== "object" || data === null) throw notData(data, name);
  if (ArrayBuffer.isView(data)) return viewBytes(data, name);
  if (isBuffer(data)) {
    checkAttached(data, name);
    return new Uint8Array(data);
  }
  if (typeof data[Symbol.iterator] !== "function") throw notData(data, name);
  return Array.isArray(data) ? arrayBytes(data, name) : arrayBytes([...data], name);
}

function viewBytes(view: ArrayBufferView, name: string): Uint8Array {
  checkAttached(view.buffer, name);
  if (view instanceof Uint8Array) return view;
  return new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
}

/** By its tag, since a buffer of another realm (a vm context) is of another class. */
function isBuffer(data: object): data is ArrayBuffer | SharedArrayBuffer {
  const tag = Object.prototype.toString.call(data);
  return tag === "[object ArrayBuffer]" || tag === "[object SharedArrayBuffer]";
}

/** A detached buffer reads as empty: without this, nothing would be sent and nobody told. */
export function checkAttached(buffer: ArrayBufferLike, name: string): void {
  if (buffer.byteLength > 0) return;
  try {
    new Uint8Array(buffer);
  } catch (error) {
    throw new TypeError(`${name} is detached: its buffer was transferred; give a copy or keep the buffer`, {
      cause: error,
    });
  }
}

function arrayBytes(values: readonly number[], name: string): Uint8Array {
  const bytes = new Uint8Array(values.length);
  for (let at = 0; at < values.length; at += 1) {
    const value: unknown = values[at];
    // Not checkInteger: its name would be put together for each byte.
    if (typeof value !== "number" || !Number.isInteger(value) || value < 0 || value > 255) {
      const Wrong = typeof value === "number" ? RangeError : TypeError;
      throw new Wrong(`${name}[${at}] must be an integer from 0 to 255, got ${show(value)}`);
    }
    bytes[at] = value;
  }
  return bytes;
}

function notData(value: unknown, name: string): TypeError {
  const remedy =
    typeof value === "number"
      ? `; for that many zero bytes give new Uint8Array(${value}), for one byte [${value}]`
      : "";
  return new TypeError(
    `${name} must be a Uint8Array, another view, an ArrayBuffer, an iterable of bytes or a string, ` +
      `got ${show(value)}${remedy}`,
  );
}
