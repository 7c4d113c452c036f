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
