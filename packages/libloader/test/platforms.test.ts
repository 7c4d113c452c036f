import { describe, expect, it, vi } from "vitest";
import { knownDirectories } from "../src/known-directories.js";
import { loadLocateLibraryOn } from "../src/load-locate-library.js";
import { loaderObjection, saysNotFound } from "../src/loader-search.js";
import { locateLibraryOn } from "../src/locate-library.js";
import { type System, thisSystem } from "../src/system.js";
import { fakeSystem } from "./fake-system.js";
import {
  CPU_ARM64,
  CPU_X86_64,
  EM_AARCH64,
  EM_X86_64,
  elf,
  machO,
  PE_AMD64,
  PE_ARM64,
  pe,
  universal,
} from "./headers.js";
import { rejection } from "./rejection.js";

const CANDIDATES = ["libusb-1.0.so.0", "libusb-1.0.0.dylib", "libusb-1.0.dll", "usb-1.0", "usb"];

/** Opens nothing: takes every file, and knows no bare file name. */
function libCls(path: string) {
  if (!/[\\/]/.test(path))
    throw new Error(`${path}: cannot open shared object file: No such file or directory`);
  return { path, has: () => true, close: () => {} };
}

async function chosen(system: System): Promise<string> {
  return (await loadLocateLibraryOn(system, CANDIDATES, { libCls })).path;
}

describe("the search on Linux", () => {
  it("looks into the multiarch folders of the process's architecture", async () => {
    const path = "/usr/lib/aarch64-linux-gnu/libusb-1.0.so.0";
    expect(await chosen(fakeSystem({ arch: "arm64" }, { [path]: elf(EM_AARCH64) }))).toBe(path);
  });

  it("reads the loader's configuration with its includes", async () => {
    const system = fakeSystem(
      {},
      {
        "/etc/ld.so.conf": "include /etc/ld.so.conf.d/*.conf\n/opt/early # a remark\nrelative/lib\n",
        "/etc/ld.so.conf.d/usb.conf": "/opt/usb/lib",
        "/etc/ld.so.conf.d/usb.txt": "/opt/not",
        "/opt/usb/lib/libusb-1.0.so.0": elf(EM_X86_64),
      },
    );
    const folders = await knownDirectories(system);
    expect(folders).toContain("/opt/early");
    expect(folders).not.toContain("/opt/not");
    expect(folders).not.toContain("relative/lib");
    expect(await chosen(system)).toBe("/opt/usb/lib/libusb-1.0.so.0");
  });

  it("does not follow configuration files that include each other for ever", async () => {
    const system = fakeSystem({}, { "/etc/ld.so.conf": "include /etc/ld.so.conf\n/opt/lib\n" });
    expect(await knownDirectories(system)).toContain("/opt/lib");
  });

  it("looks where musl's loader does", async () => {
    const system = fakeSystem({ libc: "musl" }, { "/etc/ld-musl-x86_64.path": "/opt/musl\n/lib:/usr/lib\n" });
    const folders = await knownDirectories(system);
    expect(folders).toEqual(expect.arrayContaining(["/opt/musl", "/usr/lib", "/usr/lib/x86_64-linux-musl"]));
    expect(folders).not.toContain("/usr/lib/x86_64-linux-gnu");
  });

  it("looks into a Snap before the system", async () => {
    const system = fakeSystem(
      { env: { SNAP: "/snap/app/7" } },
      {
        "/snap/app/7/usr/lib/x86_64-linux-gnu/libusb-1.0.so.0": elf(EM_X86_64),
        "/usr/lib/x86_64-linux-gnu/libusb-1.0.so.0": elf(EM_X86_64),
      },
    );
    expect(await chosen(system)).toBe("/snap/app/7/usr/lib/x86_64-linux-gnu/libusb-1.0.so.0");
  });

  it("looks into the profiles of Nix and Guix", async () => {
    const env = {
      HOME: "/home/u",
      NIX_LD_LIBRARY_PATH: "/run/nix-ld/lib:here",
      NIX_PROFILES: "/nix/p1 /nix/p2",
      GUIX_ENVIRONMENT: "/gnu/store/x-profile",
    };
    const folders = await knownDirectories(fakeSystem({ env }));
    expect(folders).toEqual(
      expect.arrayContaining([
        "/run/nix-ld/lib",
        "/nix/p1/lib",
        "/nix/p2/lib",
        "/home/u/.nix-profile/lib",
        "/run/current-system/sw/lib",
        "/gnu/store/x-profile/lib",
        "/home/u/.guix-profile/lib",
      ]),
    );
  });

  it("looks into Termux on Android", async () => {
    const path = "/data/data/com.termux/files/usr/lib/libusb-1.0.so";
    const system = fakeSystem({ platform: "android", arch: "arm64" }, { [path]: elf(EM_AARCH64) });
    expect(await chosen(system)).toBe(path);
  });

  it("prefers the newest version, and the shortest name of it", async () => {
    const files = [
      "libusb-1.0.so",
      "libusb-1.0.so.2",
      "libusb-1.0.so.10.1",
      "libusb-1.0.so.10",
      "libusb-1.0.so.x",
    ];
    const system = fakeSystem({}, Object.fromEntries(files.map((f) => [`/usr/lib/${f}`, elf(EM_X86_64)])));
    expect(await locateLibraryOn(system, ["usb-1.0"])).toBe("/usr/lib/libusb-1.0.so.10");
  });

  it("ignores folders of the environment that depend on the working directory", async () => {
    const env = { SNAP: "snap", HOME: ".", GUIX_PROFILE: "x", CONDA_PREFIX: "./conda", HOMEBREW_PREFIX: "" };
    const folders = await knownDirectories(fakeSystem({ env, loaderPath: ":lib:/abs:." }));
    expect(folders.filter((folder) => !folder.startsWith("/"))).toEqual([]);
    expect(folders[0]).toBe("/abs");
  });

  it("does not ask the loader by name where LD_LIBRARY_PATH reaches the working directory", async () => {
    const asked: string[] = [];
    const spy = (path: string) => {
      asked.push(path);
      return libCls(path);
    };
    for (const loaderPath of ["/a:", ":/a", "/a::/b", "lib", "/a;."]) {
      const path = "/usr/lib/libusb-1.0.so.0";
      const system = fakeSystem({ loaderPath }, { [path]: elf(EM_X86_64) });
      expect((await loadLocateLibraryOn(system, CANDIDATES, { libCls: spy })).path).toBe(path);
      const named = await loadLocateLibraryOn(system, [], { libraryPath: "libusb-1.0.so.0", libCls: spy });
      expect(named.path).toBe(path);
      const found = { findLibrary: () => "libusb-1.0.so.0", libCls: spy };
      expect((await loadLocateLibraryOn(system, ["usb"], found)).path).toBe(path);
    }
    expect(asked.filter((path) => !path.startsWith("/"))).toEqual([]);
    expect(loaderObjection(fakeSystem({ loaderPath: "/a:/b" }))).toBeUndefined();
  });

  it("goes by the LD_LIBRARY_PATH that the process was started with, as the loader does", async () => {
    const before = (await thisSystem()).loaderPath;
    vi.stubEnv("LD_LIBRARY_PATH", "/set/later:");
    expect((await thisSystem()).loaderPath).toBe(before);
    vi.unstubAllEnvs();
  });

  it("says why the loader was not asked if it finds nothing", async () => {
    const error = await rejection(
      loadLocateLibraryOn(fakeSystem({ loaderPath: "/a:" }), CANDIDATES, { libCls }),
    );
    expect(error.code).toBe("ERR_USB_LIBRARY_NOT_FOUND");
    expect(error.message).toContain("LD_LIBRARY_PATH has an empty element");
  });
});

describe("the search on macOS", () => {
  const homebrew = "/opt/homebrew/lib/libusb-1.0.0.dylib";
  const local = "/usr/local/lib/libusb-1.0.0.dylib";

  it("takes Homebrew's library on Apple silicon", async () => {
    const files = { [homebrew]: machO(CPU_ARM64), [local]: machO(CPU_X86_64) };
    expect(await chosen(fakeSystem({ platform: "darwin", arch: "arm64" }, files))).toBe(homebrew);
    expect(await chosen(fakeSystem({ platform: "darwin", arch: "x64" }, files))).toBe(local);
  });

  it("locates past a copy for the other processor in /usr/local", async () => {
    const files = { [local]: machO(CPU_X86_64), "/opt/local/lib/libusb-1.0.dylib": machO(CPU_ARM64) };
    const system = fakeSystem({ platform: "darwin", arch: "arm64" }, files);
    expect(await locateLibraryOn(system, CANDIDATES)).toBe("/opt/local/lib/libusb-1.0.dylib");
  });

  it("takes a universal library on both processors", async () => {
    const files = { [local]: universal(CPU_X86_64, CPU_ARM64) };
    for (const arch of ["x64", "arm64"]) {
      expect(await locateLibraryOn(fakeSystem({ platform: "darwin", arch }, files), CANDIDATES)).toBe(local);
    }
  });

  it("looks into DYLD_LIBRARY_PATH first and into MacPorts' folder", async () => {
    const env = { DYLD_LIBRARY_PATH: "/mine::rel", DYLD_FALLBACK_LIBRARY_PATH: "/late", HOME: "/Users/u" };
    const folders = await knownDirectories(fakeSystem({ platform: "darwin", arch: "arm64", env }));
    expect(folders[0]).toBe("/mine");
    expect(folders).toEqual(expect.arrayContaining(["/opt/local/lib", "/late", "/Users/u/lib"]));
    expect(folders).not.toContain("rel");
  });

  it("never asks the loader by name, which would look into the working directory", async () => {
    const asked: string[] = [];
    const spy = (path: string) => {
      asked.push(path);
      throw new Error("refused");
    };
    const system = fakeSystem({ platform: "darwin", arch: "arm64" }, { [homebrew]: machO(CPU_ARM64) });
    const error = await rejection(loadLocateLibraryOn(system, CANDIDATES, { libCls: spy }));
    expect(asked).toEqual([homebrew]);
    expect(error.code).toBe("ERR_USB_LIBRARY_NOT_LOADED");
  });

  it("rejects with ERR_USB_LIBRARY_NOT_FOUND where nothing is installed", async () => {
    const system = fakeSystem({ platform: "darwin", arch: "arm64" });
    expect((await rejection(loadLocateLibraryOn(system, CANDIDATES, { libCls }))).code).toBe(
      "ERR_USB_LIBRARY_NOT_FOUND",
    );
  });
});

describe("the search on Windows", () => {
  const env = { SystemRoot: "C:\\Windows", SystemDrive: "C:", PATH: "C:\\tools;.", VCPKG_ROOT: "D:\\vcpkg" };

  it("looks into System32 and the folders of package managers, and not into PATH", async () => {
    const folders = await knownDirectories(fakeSystem({ platform: "win32", arch: "x64", env }));
    expect(folders).toEqual([
      "C:\\Windows\\System32",
      "D:\\vcpkg\\installed\\x64-windows\\bin",
      "C:\\msys64\\ucrt64\\bin",
      "C:\\msys64\\clang64\\bin",
      "C:\\msys64\\mingw64\\bin",
    ]);
  });

  it("opens the DLL of the process's architecture", async () => {
    const path = "C:\\msys64\\mingw64\\bin\\libusb-1.0.dll";
    const files = { [path]: pe(PE_AMD64), "C:\\Windows\\System32\\libusb-1.0.dll": pe(PE_ARM64) };
    const system = fakeSystem({ platform: "win32", arch: "x64", env }, files);
    expect(await locateLibraryOn(system, CANDIDATES)).toBe(path);
  });

  it("refuses paths that depend on the current drive or folder", async () => {
    const system = fakeSystem({ platform: "win32", arch: "x64", env });
    for (const libraryPath of ["\\libusb-1.0.dll", "C:libusb-1.0.dll", "lib/libusb-1.0.dll", ".\\x.dll"]) {
      const error = await rejection(loadLocateLibraryOn(system, [], { libraryPath, libCls }));
      expect(error.attempts).toMatchObject([{ candidate: libraryPath, reason: "load-failed" }]);
    }
    for (const libraryPath of ["c:\\x\\y.dll", "C:/x/y.dll", "\\\\host\\share\\y.dll"]) {
      const files = { [libraryPath]: pe(PE_AMD64) };
      const found = fakeSystem({ platform: "win32", arch: "x64", env }, files);
      expect((await loadLocateLibraryOn(found, [], { libraryPath, libCls })).path).toBe(libraryPath);
    }
  });
});

describe("the search on FreeBSD and under Cygwin", () => {
  it("looks into the base system and into the ports' folder", async () => {
    const folders = await knownDirectories(fakeSystem({ platform: "freebsd" }));
    expect(folders).toEqual(expect.arrayContaining(["/usr/lib", "/usr/local/lib"]));
  });

  it("takes Cygwin's name in place of the candidates", async () => {
    const asked: string[] = [];
    const options = {
      cygwinLib: "cygusb-1.0.dll",
      libCls: (path: string) => {
        asked.push(path);
        return { path, has: () => true, close: () => {} };
      },
    };
    await loadLocateLibraryOn(fakeSystem({ platform: "cygwin" }), CANDIDATES, options);
    expect(asked).toEqual(["cygusb-1.0.dll"]);
  });
});

describe("the loader's words", () => {
  it.each([
    ["glibc", "libx.so.0: cannot open shared object file: No such file or directory", true],
    ["musl", "Error loading shared library libx.so.0: No such file or directory", true],
    ["FreeBSD", 'Shared object "libx.so.0" not found, required by "node"', true],
    ["Android", 'dlopen failed: library "libx.so.0" not found', true],
    ["Windows", "libx.so.0: Das angegebene Modul wurde nicht gefunden. (error 126)", true],
    [
      "glibc about a dependency",
      "libudev.so.1: cannot open shared object file: No such file or directory",
      false,
    ],
    [
      "musl about a dependency",
      "Error loading shared library libudev.so.1: No such file or directory (needed by /usr/lib/libx.so.0)",
      false,
    ],
    ["glibc about the content", "/usr/lib/libx.so.0: invalid ELF header", false],
  ])("of %s tell whether the file is missing", (_system, words, missing) => {
    expect(saysNotFound(words, "libx.so.0")).toBe(missing);
  });
});
