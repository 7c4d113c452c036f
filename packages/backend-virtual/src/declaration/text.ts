/** A string of a device: the same in all its languages, or by language id (0x0409 is English, United States). */
export type VirtualText = string | Readonly<Record<number, string>>;
