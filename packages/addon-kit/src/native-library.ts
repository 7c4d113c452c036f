/** What an addon over a C library exports of the library itself; `tsusb/library_exports.h` makes it. */
export interface LibraryNative {
  openLibrary(path: string): number;
  libraryPath(library: number): string;
  hasSymbol(library: number, name: string): boolean;
  /** Functions without which nothing goes and that the file lacks. */
  missingSymbols(library: number): string[];
  closeLibrary(library: number): void;
}

/** A C library opened by a backend's own addon, so that the file that was judged is the file that is used. */
export class NativeLibrary {
  /** The addon's number of it. */
  readonly id: number;
  /** Real path of the file. */
  readonly path: string;
  readonly #native: LibraryNative;
  #open = true;

  /** @throws `Error` with the loader's own words. */
  constructor(native: LibraryNative, path: string) {
    this.#native = native;
    this.id = native.openLibrary(path);
    this.path = native.libraryPath(this.id);
  }

  /** Whether it exports `symbol`; nothing does once it is closed. */
  has(symbol: string): boolean {
    return this.#open && this.#native.hasSymbol(this.id, symbol);
  }

  /** Gives it back; contexts that use it keep it loaded. Idempotent. */
  close(): void {
    if (!this.#open) return;
    this.#open = false;
    this.#native.closeLibrary(this.id);
  }
}
