import { copyFileSync, mkdirSync, realpathSync } from "node:fs";
import {
  LibraryMissingSymbolsException,
  LibraryNotFoundException,
  LibraryNotLoadedException,
  loadLocateLibrary,
  NoLibraryCandidatesException,
} from "@tsusb/libloader";
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { EM_AARCH64, EM_X86_64, elf } from "./headers.js";
import { rejection } from "./rejection.js";
import { Staged } from "./staged.js";

const LIBUSB1 = ["libusb-1.0.so.0", "libusb-1.0.0.dylib", "libusb-1.0.dll", "usb-1.0", "usb"];
const ENV = "TSUSB_LIBLOADER_TEST_PATH";

describe("loadLocateLibrary", () => {
  const staged = new Staged();
  let complete: string;
  let old: string;
  let other: string;

  beforeAll(() => {
    complete = staged.compile("complete.so", "int alpha(void) { return 1; } int beta(void) { return 2; }");
    old = staged.compile("old.so", "int alpha(void) { return 1; }");
    other = staged.compile("other.so", "int gamma_(void) { return 3; }");
  });
  afterAll(() => staged.remove());
  afterEach(() => vi.unstubAllEnvs());

  /** A folder with copies of libraries under other names. */
  function folder(name: string, copies: Readonly<Record<string, string>>): string {
    const directory = staged.path(name);
    mkdirSync(directory);
    for (const [file, from] of Object.entries(copies)) copyFileSync(from, `${directory}/${file}`);
    return directory;
  }

  it("finds Debian's libusb 1.0 among names for every operating system", async () => {
    const library = await loadLocateLibrary(LIBUSB1, { symbols: ["libusb_init"], env: ENV });
    expect(library.path).toMatch(/libusb-1\.0\.so/);
    library.close();
  });

  it("goes on when a file of the right name is another library, too old, or none at all", async () => {
    const first = folder("first", { "libtsusbx.so.9": other, "libtsusbx.so.2": old });
    staged.write("first/libtsusbx.so", "/* GNU ld script */ INPUT(libtsusbx.so.9)");
    const second = folder("second", { "libtsusbx.so.1": complete });
    const options = { symbols: ["alpha", "beta"], directories: [first, second] };
    const library = await loadLocateLibrary(["tsusbx"], options);
    expect(library.path).toBe(realpathSync(`${second}/libtsusbx.so.1`));
    library.close();

    const error = await rejection(loadLocateLibrary(["tsusbx"], { ...options, directories: [first] }));
    expect(error).toBeInstanceOf(LibraryMissingSymbolsException);
    expect(error.attempts.map(({ source, reason }) => [source, reason])).toEqual([
      ["soname", "not-found"],
      ["directory", "wrong-library"],
      ["directory", "missing-symbols"],
      ["directory", "not-a-library"],
    ]);
    expect(error.attempts[2]?.missingSymbols).toEqual(["beta"]);
    expect(error.message).toContain("beta");
  });

  it("passes over a library for another processor that shadows the right one", async () => {
    const shadow = staged.path("shadow");
    mkdirSync(shadow);
    staged.write("shadow/libtsusby.so.1", elf(process.arch === "arm64" ? EM_X86_64 : EM_AARCH64));
    const right = folder("right", { "libtsusby.so.1": complete });
    const library = await loadLocateLibrary(["libtsusby.so.1"], { directories: [shadow, right] });
    expect(library.path).toBe(realpathSync(`${right}/libtsusby.so.1`));
    library.close();
  });

  it("opens libraryPath before everything else", async () => {
    vi.stubEnv(ENV, other);
    const library = await loadLocateLibrary(LIBUSB1, { libraryPath: complete, env: ENV });
    expect(library.path).toBe(realpathSync(complete));
    library.close();
  });

  it("opens what the environment names before it asks findLibrary", async () => {
    vi.stubEnv(ENV, complete);
    const library = await loadLocateLibrary(LIBUSB1, { env: ENV, findLibrary: () => other });
    expect(library.path).toBe(realpathSync(complete));
    library.close();
  });

  it("takes no other library in place of a libraryPath that fails", async () => {
    const error = await rejection(loadLocateLibrary(LIBUSB1, { libraryPath: "/none/libusb-1.0.so.0" }));
    expect(error).toBeInstanceOf(LibraryNotFoundException);
    expect(error.attempts.map(({ source }) => source)).toEqual(["option"]);
    expect(error.message).toContain("libraryPath");
  });

  it("takes no other library in place of one in the environment that lacks symbols, and names the variable", async () => {
    vi.stubEnv(ENV, other);
    const error = await rejection(loadLocateLibrary(LIBUSB1, { env: ENV, symbols: ["libusb_init"] }));
    expect(error.code).toBe("ERR_USB_LIBRARY_SYMBOLS");
    expect(error.attempts).toMatchObject([
      { source: "environment", reason: "wrong-library", candidate: other },
    ]);
    expect(error.message).toContain(ENV);
  });

  it("takes an empty variable for unset", async () => {
    vi.stubEnv(ENV, "");
    const library = await loadLocateLibrary(LIBUSB1, { env: ENV });
    library.close();
  });

  it("refuses a relative path in the environment", async () => {
    vi.stubEnv(ENV, "lib/libusb-1.0.so.0");
    const error = await rejection(loadLocateLibrary(LIBUSB1, { env: ENV }));
    expect(error).toBeInstanceOf(LibraryNotLoadedException);
    expect(error.message).toContain("working directory");
  });

  it("asks findLibrary for each candidate until one can be opened", async () => {
    const asked: string[] = [];
    const library = await loadLocateLibrary(["a", "b", "c"], {
      symbols: ["alpha", "beta"],
      findLibrary: async (candidate) => {
        asked.push(candidate);
        return { a: undefined, b: old, c: complete }[candidate];
      },
    });
    expect(asked).toEqual(["a", "b", "c"]);
    expect(library.path).toBe(realpathSync(complete));
    library.close();
  });

  it("takes no other library in place of what findLibrary named", async () => {
    const error = await rejection(loadLocateLibrary(LIBUSB1, { findLibrary: () => "/none/libusb.so" }));
    expect(error.attempts).toMatchObject([{ source: "findLibrary", reason: "not-found" }]);
  });

  it("searches on if findLibrary knows nothing", async () => {
    const library = await loadLocateLibrary(LIBUSB1, { findLibrary: () => undefined });
    library.close();
  });

  it("says where it looked if there is no such library", async () => {
    const error = await rejection(
      loadLocateLibrary(["tsusb-none"], { name: "the missing one", directories: [staged.directory] }),
    );
    expect(error).toBeInstanceOf(LibraryNotFoundException);
    expect(error.attempts.map(({ source, reason }) => [source, reason])).toEqual([
      ["soname", "not-found"],
      ["directory", "not-found"],
    ]);
    expect(error.message).toMatch(/^the missing one /);
    expect(error.message).toContain(staged.directory);
  });

  it("rejects with NoLibraryCandidatesException if there is no name for this system", async () => {
    for (const candidates of [[], ["x.dll", "x.dylib"]]) {
      const error = await rejection(loadLocateLibrary(candidates));
      expect(error).toBeInstanceOf(NoLibraryCandidatesException);
      expect(error).toBeInstanceOf(LibraryNotFoundException);
      expect(error.code).toBe("ERR_USB_LIBRARY_NOT_FOUND");
    }
  });

  it("never loads from the working directory", async () => {
    const home = process.cwd();
    const here = folder("here", { "libtsusbz.so": complete, "libtsusbz.so.1": complete });
    process.chdir(here);
    try {
      const error = await rejection(loadLocateLibrary(["tsusbz", "libtsusbz.so.1"]));
      expect(error).toBeInstanceOf(LibraryNotFoundException);
    } finally {
      process.chdir(home);
    }
  });

  it("closes the libraries that it passes over", async () => {
    const closed: string[] = [];
    const error = await rejection(
      loadLocateLibrary(["a"], {
        findLibrary: () => "/a",
        symbols: ["alpha"],
        libCls: (path) => ({ path, has: () => false, close: () => closed.push(path) }),
      }),
    );
    expect(closed).toEqual(["/a"]);
    expect(error.code).toBe("ERR_USB_LIBRARY_SYMBOLS");
  });

  it("rejects arguments of a wrong type and options that it does not know, naming them", async () => {
    const load = loadLocateLibrary as (...args: readonly unknown[]) => Promise<unknown>;
    await expect(load("usb-1.0")).rejects.toThrow(/^candidates must be/);
    await expect(load(["usb", 3])).rejects.toThrow(/^candidates\[1\] must be/);
    await expect(load(["lib/usb.so"])).rejects.toThrow(/^candidates\[0\] is "lib\/usb.so"/);
    await expect(load(["usb"], { path: "x" })).rejects.toThrow(/^there is no option "path"/);
    await expect(load(["usb"], { symbols: "x" })).rejects.toThrow(/^symbols must be/);
    await expect(load(["usb"], { libraryPath: 1 })).rejects.toThrow(/^libraryPath must be/);
    await expect(load(["usb"], { findLibrary: "x" })).rejects.toThrow(/^findLibrary must be/);
    await expect(load(["usb"], { directories: ["lib"] })).rejects.toThrow(/^directories\[0\] is "lib"/);
    await expect(load(["usb"], null)).rejects.toBeInstanceOf(TypeError);
  });
});
