/**
 * Checks an integer that a caller gave.
 *
 * @param name - Of the argument, for the message.
 * @throws TypeError if it is no number, RangeError if it is no integer from `min` to `max`; both name the value.
 */
export function checkInteger(name: string, value: unknown, min: number, max: number): number {
  if (typeof value !== "number") throw new TypeError(`${name} must be a number, got ${show(value)}`);
  if (!Number.isInteger(value) || value < min || value > max)
    throw new RangeError(`${name} must be an integer from ${min} to ${max}, got ${value}`);
  return value;
}

/** Shows a value in a message: its text if that is short, else its kind. */
export function show(value: unknown): string {
  if (typeof value === "string") return JSON.stringify(value.length > 40 ? `${value.slice(0, 40)}…` : value);
  if (typeof value === "bigint") return `${value}n`;
  if (typeof value === "function") return "a function";
  if (typeof value === "object" && value !== null)
    return `an instance of ${value.constructor?.name ?? "Object"}`;
  return String(value);
}
