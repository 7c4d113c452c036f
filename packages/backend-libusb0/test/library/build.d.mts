/** A test library with a device of its own. */
export interface BuiltLibrary {
  /** Its path. */
  readonly library: string;
  readonly unplug: () => void;
  readonly plug: () => void;
}

/** See build.mjs. */
export function buildLibrary(implementation: "compat" | "win32", lie?: string): BuiltLibrary;
