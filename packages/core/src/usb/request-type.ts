import { checkInteger } from "./check-integer.js";
import { CTRL_DIR_MASK } from "./constants.js";
import { hexByte } from "./hex.js";

/**
 * Puts `bmRequestType` together (USB 2.0 Table 9-2). I/O: none.
 *
 * @param direction - `CTRL_OUT` or `CTRL_IN`.
 * @param type - One of `CTRL_TYPE_*`.
 * @param recipient - One of `CTRL_RECIPIENT_*`, or another number up to 31.
 * @throws TypeError, RangeError for anything else.
 */
export function buildRequestType(direction: number, type: number, recipient: number): number {
  const parts = [
    checkBits(direction, "direction", 0x80),
    checkBits(type, "type", 0x60),
    checkBits(recipient, "recipient", 0x1f),
  ];
  return parts.reduce((sum, part) => sum | part, 0);
}

/**
 * Tells the direction of a control request: `CTRL_OUT` or `CTRL_IN`. I/O: none.
 *
 * @throws TypeError, RangeError unless it is a byte.
 */
export function ctrlDirection(bmRequestType: number): number {
  return checkInteger("bmRequestType", bmRequestType, 0, 0xff) & CTRL_DIR_MASK;
}

function checkBits(value: number, name: string, mask: number): number {
  checkInteger(name, value, 0, 0xff);
  if ((value & ~mask) === 0) return value;
  throw new RangeError(`${name} must lie within the bits ${hexByte(mask)}, got ${hexByte(value)}`);
}
