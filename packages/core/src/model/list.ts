/** Lists values in a message: `1, 2`, or `none`. */
export function list(values: readonly (number | string)[]): string {
  return values.length === 0 ? "none" : values.join(", ");
}
