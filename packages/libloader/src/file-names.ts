/** The files that a candidate may be on one platform. */
export interface FileNames {
  /** Names to look for, best first. */
  readonly exact: readonly string[];
  /** A file name with versions to choose from, such as `"libusb-1.0.so."`; the newest is best. */
  readonly versioned?: string;
}

const SUFFIX = /\.(so(\.\d+)*|dylib|dll)$/i;

function belongsTo(suffix: string, platform: NodeJS.Platform): boolean {
  if (platform === "win32" || platform === "cygwin") return suffix === "dll";
  return platform === "darwin" ? suffix === "dylib" : suffix.startsWith("so");
}

/**
 * The file names of `candidate` on `platform`; `undefined` if it is a file name of another platform.
 *
 * A candidate is a file name, or a name as linkers take it: `usb-1.0` for `libusb-1.0.so`.
 */
export function fileNames(candidate: string, platform: NodeJS.Platform): FileNames | undefined {
  const suffix = SUFFIX.exec(candidate)?.[1]?.toLowerCase();
  if (suffix !== undefined) return belongsTo(suffix, platform) ? { exact: [candidate] } : undefined;
  const stem = candidate.replace(/^lib/, "");
  if (platform === "win32" || platform === "cygwin") {
    return { exact: [`lib${stem}.dll`, `${stem}.dll`] };
  }
  if (platform === "darwin") return { exact: [`lib${stem}.dylib`] };
  return { exact: [`lib${stem}.so`], versioned: `lib${stem}.so.` };
}

function compareVersions(a: readonly number[], b: readonly number[]): number {
  for (let index = 0; index < Math.max(a.length, b.length); index++) {
    // The shorter of two equal versions is the stable name: libusb-1.0.so.0 before libusb-1.0.so.0.3.0.
    const difference = (b[index] ?? Number.POSITIVE_INFINITY) - (a[index] ?? Number.POSITIVE_INFINITY);
    if (difference !== 0 && !Number.isNaN(difference)) return difference;
  }
  return 0;
}

/** The entries of a folder that `names` means, best first: versions before the name that linkers use. */
export function matchingEntries(names: FileNames, entries: readonly string[]): readonly string[] {
  const { exact, versioned } = names;
  const present = exact.filter((name) => entries.includes(name));
  if (versioned === undefined) return present;
  const versions = entries
    .filter((entry) => entry.startsWith(versioned))
    .map((entry) => ({ entry, version: entry.slice(versioned.length) }))
    .filter(({ version }) => /^\d+(\.\d+)*$/.test(version))
    .map(({ entry, version }) => ({ entry, version: version.split(".").map(Number) }))
    .sort((a, b) => compareVersions(a.version, b.version))
    .map(({ entry }) => entry);
  return [...versions, ...present];
}
