/** See build.mjs. */
export declare function buildForwardingLibrary(
  release: string,
  options?: { readonly name?: string; readonly overrides?: string },
): string;
