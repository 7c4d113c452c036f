/** @throws RangeError naming the field, its value and what it may be. */
export function within(field: string, value: number, low: number, high: number): void {
  if (!Number.isInteger(value) || value < low || value > high)
    throw new RangeError(`${field} is ${value}; it can be ${low} to ${high}`);
}

/** @throws RangeError if a value is among those seen before. */
export function unique(field: string, value: number, seen: Set<number>): void {
  if (seen.has(value)) throw new RangeError(`${field} ${value} is there twice; each must be its own`);
  seen.add(value);
}

/** @throws TypeError for a field that there is not, naming those that there are. */
export function onlyFields(what: string, given: object, names: readonly string[]): void {
  for (const name of Object.keys(given))
    if (!names.includes(name))
      throw new TypeError(`${what} has no field ${JSON.stringify(name)}; there are ${names.join(", ")}`);
}

/** @throws TypeError for a descriptor that is no Uint8Array. */
export function bytesOnly(field: string, given: readonly unknown[] = []): void {
  for (const each of given)
    if (!(each instanceof Uint8Array))
      throw new TypeError(`${field} holds ${typeof each}; each descriptor must be a Uint8Array, whole`);
}
