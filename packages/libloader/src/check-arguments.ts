/** A value as it stands in a message. */
function shown(value: unknown): string {
  if (typeof value === "string") return JSON.stringify(value);
  return typeof value === "function" ? "a function" : String(value);
}

/** @throws `TypeError` unless `value` is a string with something in it. */
export function checkString(name: string, value: unknown): asserts value is string {
  if (typeof value !== "string" || value === "") {
    throw new TypeError(`${name} must be a string that is not empty, not ${shown(value)}`);
  }
}

/** @throws `TypeError` unless `value` is `undefined` or a function. */
export function checkFunction(name: string, value: unknown): void {
  if (value !== undefined && typeof value !== "function") {
    throw new TypeError(`${name} must be a function, not ${shown(value)}`);
  }
}

/** @throws `TypeError` unless `value` is an array of strings with something in them. */
export function checkStrings(name: string, value: unknown): asserts value is readonly string[] {
  if (!Array.isArray(value)) throw new TypeError(`${name} must be an array of strings, not ${shown(value)}`);
  for (const [index, element] of value.entries()) checkString(`${name}[${index}]`, element);
}

/** @throws `TypeError` if `options` is no object or has a key that is not in `known`. */
export function checkKeys(options: unknown, known: readonly string[]): void {
  if (typeof options !== "object" || options === null) {
    throw new TypeError(`options must be an object, not ${shown(options)}`);
  }
  const unknown = Object.keys(options).find((key) => !known.includes(key));
  if (unknown === undefined) return;
  throw new TypeError(`there is no option ${JSON.stringify(unknown)}; there are ${known.join(", ")}`);
}
