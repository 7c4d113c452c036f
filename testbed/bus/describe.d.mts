/** The daemon's words for one device. */
export function describe(device: Readonly<Record<string, unknown>>): string;
/** What description files hold, as lines for the daemon. */
export function describeAll(files: readonly unknown[]): string;
