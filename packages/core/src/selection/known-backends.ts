/** The project's own backends: their names, and the packages that have them. */
export const KNOWN_PACKAGES: ReadonlyMap<string, string> = new Map([
  ["libusb1", "@tsusb/backend-libusb1"],
  ["libusb0", "@tsusb/backend-libusb0"],
  ["openusb", "@tsusb/backend-openusb"],
  ["virtual", "@tsusb/backend-virtual"],
]);

/** What is tried first when nobody says otherwise. */
export const DEFAULT_ORDER: readonly string[] = ["libusb1", "libusb0", "openusb"];

/** Only chosen by name or by being passed: no program may believe that their devices are plugged in here. */
export const ONLY_BY_NAME: ReadonlySet<string> = new Set(["virtual", "usbip"]);

/**
 * Imports a package as core's own dependency, which the three optional peers are.
 *
 * @throws Whatever the import throws.
 */
export function importFromCore(packageName: string): Promise<unknown> {
  const importPeer = PEERS.get(packageName);
  return importPeer ? importPeer() : import(/* @vite-ignore */ /* webpackIgnore: true */ packageName);
}

// Literal names, so that bundlers see them; `as string`, so that TypeScript does not ask for packages that need not be
// there; and a handler, which tells bundlers that one of them may be missing.
const PEERS: ReadonlyMap<string, () => Promise<unknown>> = new Map([
  ["@tsusb/backend-libusb1", () => import("@tsusb/backend-libusb1" as string).catch(passOn)],
  ["@tsusb/backend-libusb0", () => import("@tsusb/backend-libusb0" as string).catch(passOn)],
  ["@tsusb/backend-openusb", () => import("@tsusb/backend-openusb" as string).catch(passOn)],
]);

function passOn(error: unknown): never {
  throw error;
}
