/** What the headers of a binary file say. */
export interface Binary {
  readonly format: "ELF" | "Mach-O" | "PE";
  /** The processors it is for, named as `process.arch` does; more than one in a universal file. */
  readonly machines: readonly string[];
  /** Why it cannot be a library for any processor, to be read after "is". */
  readonly fault?: string;
}
