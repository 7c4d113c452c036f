import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, realpathSync, symlinkSync } from "node:fs";
import {
  type Library,
  LibraryNotFoundException,
  LibraryNotLoadedException,
  loadLibrary,
} from "@tsusb/libloader";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { EM_AARCH64, EM_X86_64, elf } from "./headers.js";
import { rejection } from "./rejection.js";
import { Staged } from "./staged.js";

const OTHER_MACHINE = process.arch === "arm64" ? EM_X86_64 : EM_AARCH64;
const OTHER_ARCH = process.arch === "arm64" ? "x64" : "arm64";

describe("loadLibrary", () => {
  const staged = new Staged();
  let good: string;

  beforeAll(() => {
    good = staged.compile("libgood.so", "int good_one(void) { return 1; }");
  });
  afterAll(() => staged.remove());

  async function reasonOf(path: string) {
    const error = await rejection(loadLibrary(path));
    expect(error.attempts).toHaveLength(1);
    return error.attempts[0]?.reason;
  }

  it("opens a library by its absolute path and finds its symbols", async () => {
    const library = await loadLibrary(good);
    expect(library.path).toBe(realpathSync(good));
    expect(library.has("good_one")).toBe(true);
    expect(library.has("good_two")).toBe(false);
    library.close();
  });

  it("tells the real path of what a symbolic link leads to", async () => {
    symlinkSync(good, staged.path("libalias.so"));
    const library = await loadLibrary(staged.path("libalias.so"));
    expect(library.path).toBe(realpathSync(good));
    library.close();
  });

  it("opens Debian's libusb 1.0 and libusb 0.1 side by side through the system's loader", async () => {
    const one = await loadLibrary("libusb-1.0.so.0");
    const zero = await loadLibrary("libusb-0.1.so.4");
    expect(one.path).toMatch(/^\/.*libusb-1\.0\.so\.0\.\d+\.\d+$/);
    expect([one.has("libusb_init"), one.has("usb_find_busses")]).toEqual([true, false]);
    expect([zero.has("libusb_init"), zero.has("usb_find_busses")]).toEqual([false, true]);
    one.close();
    zero.close();
  });

  it("can be closed twice, and then says that it is closed", async () => {
    const library = await loadLibrary(good);
    library.close();
    library.close();
    expect(() => library.has("good_one")).toThrow(LibraryNotLoadedException);
    expect(library.path).toBe(realpathSync(good));
  });

  it("gives the library back to the system when it is closed", async () => {
    const path = staged.compile("libmapped.so", "int mapped(void) { return 1; }");
    const maps = () => readFileSync("/proc/self/maps", "utf8");
    const library = await loadLibrary(path);
    expect(maps()).toContain("libmapped.so");
    library.close();
    expect(maps()).not.toContain("libmapped.so");
  });

  it("rejects with ERR_USB_LIBRARY_NOT_FOUND if there is no such file", async () => {
    for (const path of [staged.path("libnone.so"), "libtsusb-none.so.0"]) {
      const error = await rejection(loadLibrary(path, "a library"));
      expect(error).toBeInstanceOf(LibraryNotFoundException);
      expect(error.code).toBe("ERR_USB_LIBRARY_NOT_FOUND");
      expect(error.attempts[0]).toMatchObject({ candidate: path, source: "option", reason: "not-found" });
      expect(error.message).toContain("cannot open shared object file");
    }
  });

  it("tells folders, text files, linker scripts, archives and empty files from libraries", async () => {
    mkdirSync(staged.path("libfolder.so"));
    const files = {
      text: "Not here.\n",
      script: "/* GNU ld script */\nINPUT ( libgood.so )\n",
      bare: "GROUP ( /usr/lib/libgood.so.1 )\n",
      archive: "!<arch>\nx/",
      empty: "",
      noise: Uint8Array.of(1, 2, 3, 0, 5, 6),
    };
    expect(await reasonOf(staged.path("libfolder.so"))).toBe("directory");
    for (const [name, content] of Object.entries(files)) {
      expect([name, await reasonOf(staged.write(`lib${name}.so`, content))]).toEqual([name, "not-a-library"]);
    }
    expect(await reasonOf("/dev/null")).toBe("not-a-library");
  });

  it("names a linker script, since that is the file which lies where the library is expected", async () => {
    const error = await rejection(
      loadLibrary(staged.write("libusb.so", "/* GNU ld script */\nINPUT(libusb-1.0.so)\n")),
    );
    expect(error.attempts[0]?.message).toContain("is a linker script");
    expect(error.attempts[0]?.message).toContain("the loader says: ");
  });

  it("names both architectures of a library for another processor", async () => {
    const error = await rejection(loadLibrary(staged.write("libother.so", elf(OTHER_MACHINE))));
    expect(error.code).toBe("ERR_USB_LIBRARY_NOT_LOADED");
    expect(error.attempts[0]?.reason).toBe("wrong-architecture");
    expect(error.attempts[0]?.message).toContain(`is for ${OTHER_ARCH}, and this process is ${process.arch}`);
  });

  it("never gives a library that is cut short to the loader, which would end the process", async () => {
    const whole = readFileSync(good);
    for (const length of [5, 40, 64, 200, 4096, whole.length >> 1]) {
      const error = await rejection(loadLibrary(staged.write("libcut.so", whole.subarray(0, length))));
      expect([length, error.attempts[0]?.reason]).toEqual([length, "not-a-library"]);
      expect(error.attempts[0]?.message).toContain("cut short");
    }
  });

  it("does not wait at a named pipe", async () => {
    execFileSync("mkfifo", [staged.path("libpipe.so")]);
    expect(await reasonOf(staged.path("libpipe.so"))).toBe("not-a-library");
  });

  it("keeps the loader's words if a dependency is missing", async () => {
    const needed = staged.compile(
      "libneeded.so",
      "int needed(void) { return 1; }",
      "-Wl,-soname,libneeded.so",
    );
    const path = staged.compile(
      "libneedy.so",
      "int needed(void); int needy(void) { return needed(); }",
      needed,
    );
    execFileSync("rm", [needed]);
    const error = await rejection(loadLibrary(path));
    expect(error.attempts[0]?.reason).toBe("load-failed");
    expect(error.attempts[0]?.message).toContain("libneeded.so");
    expect(error.cause).toBeInstanceOf(Error);
  });

  it("refuses a path that depends on the working directory, though the file exists", async () => {
    const home = process.cwd();
    process.chdir(staged.directory);
    try {
      for (const path of ["./libgood.so", "../x/libgood.so"]) {
        const error = await rejection(loadLibrary(path));
        expect(error.attempts[0]?.reason).toBe("load-failed");
        expect(error.message).toContain("working directory");
      }
      expect((await rejection(loadLibrary("libgood.so"))).code).toBe("ERR_USB_LIBRARY_NOT_FOUND");
    } finally {
      process.chdir(home);
    }
  });

  it("lets libCls open the library in the default's place", async () => {
    const fake: Library = { path: "/fake", has: () => true, close: () => {} };
    const paths: string[] = [];
    const library = await loadLibrary("/fake", "a fake", async (path) => {
      paths.push(path);
      return fake;
    });
    expect(library).toBe(fake);
    expect(paths).toEqual(["/fake"]);
  });

  it("keeps the words of a libCls that throws", async () => {
    const error = await rejection(
      loadLibrary(good, "a fake", () => {
        throw new Error("out of luck");
      }),
    );
    expect(error.code).toBe("ERR_USB_LIBRARY_NOT_LOADED");
    expect(error.attempts[0]?.message).toContain("out of luck");
  });

  it("rejects arguments of a wrong type, naming them", async () => {
    await expect(loadLibrary(7 as unknown as string)).rejects.toThrow(/^path must be/);
    await expect(loadLibrary("")).rejects.toBeInstanceOf(TypeError);
    await expect(loadLibrary("x", 7 as unknown as string)).rejects.toThrow(/^name must be/);
    await expect(loadLibrary("x", "x", 7 as unknown as () => Library)).rejects.toThrow(/^libCls must be/);
    expect((await rejection(loadLibrary("lib\0x.so"))).attempts[0]?.reason).toBe("load-failed");
  });
});
