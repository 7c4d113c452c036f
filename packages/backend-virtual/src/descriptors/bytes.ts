/** Two bytes, the low one first. */
export const word = (value: number): [number, number] => [value & 0xff, (value >> 8) & 0xff];

/** Descriptors one behind the other. */
export const flat = (parts: readonly Uint8Array[] = []): number[] => parts.flatMap((part) => [...part]);
