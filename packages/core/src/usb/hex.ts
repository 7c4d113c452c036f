/** Writes a byte as the specification does: `0x81`. */
export function hexByte(value = 0): string {
  return `0x${value.toString(16).padStart(2, "0")}`;
}

/** Writes sixteen bits: `0x0525`. */
export function hexWord(value = 0): string {
  return `0x${value.toString(16).padStart(4, "0")}`;
}
