/** The options of a backend over a C library: core's `BackendOptions`. */
export interface LibraryOptions {
  readonly logLevel?: number | undefined;
  readonly onLog?: ((line: string, level: number) => void) | undefined;
  readonly libraryPath?: string | undefined;
  readonly findLibrary?:
    | ((candidate: string) => string | undefined | Promise<string | undefined>)
    | undefined;
}

const CHECKS: Readonly<Record<keyof LibraryOptions, string>> = {
  libraryPath: "string",
  findLibrary: "function",
  logLevel: "number",
  onLog: "function",
};

/** @throws `TypeError` or `RangeError` naming the option and its value. */
export function checkLibraryOptions(options: LibraryOptions): void {
  if (typeof options !== "object" || options === null) {
    throw new TypeError(`options must be an object, and is ${String(options)}`);
  }
  for (const [name, value] of Object.entries(options)) {
    const type = CHECKS[name as keyof LibraryOptions];
    if (type === undefined) {
      const known = Object.keys(CHECKS).join(", ");
      throw new TypeError(`there is no option ${JSON.stringify(name)}; there are ${known}`);
    }
    if (value !== undefined && typeof value !== type) {
      throw new TypeError(`${name} must be a ${type}, and is ${String(value)}`);
    }
  }
  const { logLevel, libraryPath } = options;
  if (logLevel !== undefined && !isLogLevel(logLevel)) {
    throw new RangeError(`logLevel must be a whole number from 0 to 4, and is ${logLevel}`);
  }
  if (libraryPath === "") throw new TypeError("libraryPath must be the path of a library, and is empty");
}

/** Whether both ask for the same: plain values by value, functions by identity. */
export function sameLibraryOptions(a: LibraryOptions, b: LibraryOptions): boolean {
  return (Object.keys(CHECKS) as (keyof LibraryOptions)[]).every((name) => a[name] === b[name]);
}

/**
 * The log level asked for: the option, else what an environment variable says, which a program may have set in
 * `process.env` where the C library does not see it.
 */
export function logLevelOf({ logLevel }: LibraryOptions, variable: string): number | undefined {
  if (logLevel !== undefined) return logLevel;
  const level = Number.parseInt(process.env[variable] ?? "", 10);
  return isLogLevel(level) ? level : undefined;
}

function isLogLevel(value: number): boolean {
  return Number.isInteger(value) && value >= 0 && value <= 4;
}
