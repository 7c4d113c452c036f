export function buildOpenUsbLibrary(options?: {
  readonly link?: readonly string[];
  readonly name?: string;
}): string;
