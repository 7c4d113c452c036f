import { LibraryNotLoadedException } from "./errors.js";
import type { Library } from "./library.js";
import { type NativeLibrary, native } from "./native.js";

/**
 * A shared library opened by the system's loader, its symbols bound at once and invisible to other libraries.
 *
 * @remarks Gives `path` to the loader unseen. {@link loadLibrary} looks at the file first: one that is cut short would
 *   end the process, and where `LD_LIBRARY_PATH` names the working directory, a bare file name would be found there.
 */
export class SharedLibrary implements Library {
  readonly path: string;
  #native: NativeLibrary | undefined;

  /**
   * Opens the library at `path`.
   *
   * I/O: reads the file and its dependencies and runs their initialisers, before it returns.
   *
   * @param path - An absolute path, or a bare file name, which the system's loader looks for; macOS takes no bare
   *   names, since there the loader looks into the working directory.
   * @throws `TypeError` if `path` is not a string.
   * @throws {@link LibraryNotLoadedException} `ERR_USB_LIBRARY_NOT_LOADED` if the loader refuses it, with the
   *   loader's own words.
   */
  constructor(path: string) {
    if (typeof path !== "string") throw new TypeError(`path must be a string, not ${String(path)}`);
    const addon = native();
    try {
      this.#native = addon.open(path);
    } catch (cause) {
      throw new LibraryNotLoadedException(cause instanceof Error ? cause.message : String(cause), { cause });
    }
    this.path = addon.path(this.#native);
  }

  /**
   * Says whether the library, or one that it depends on, exports `symbol`.
   *
   * I/O: none.
   *
   * @throws `TypeError` if `symbol` is not a string.
   * @throws {@link LibraryNotLoadedException} `ERR_USB_LIBRARY_NOT_LOADED` if the library is closed.
   */
  has(symbol: string): boolean {
    if (typeof symbol !== "string") throw new TypeError(`symbol must be a string, not ${String(symbol)}`);
    if (this.#native === undefined) {
      throw new LibraryNotLoadedException(`${this.path} is closed; open it again to look for ${symbol}`);
    }
    return native().has(this.#native, symbol);
  }

  close(): void {
    if (this.#native === undefined) return;
    native().close(this.#native);
    this.#native = undefined;
  }

  /** The same as {@link SharedLibrary.close}, for `using`. */
  [Symbol.dispose](): void {
    this.close();
  }
}
