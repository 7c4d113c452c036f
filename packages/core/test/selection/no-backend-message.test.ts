import type { BackendAttempt, LibraryAttempt } from "@tsusb/core";
import { describe, expect, it } from "vitest";
import { noBackendMessage } from "../../src/selection/no-backend-message.js";
import { libraryAdvice, type SystemFacts } from "../../src/selection/system-facts.js";

const DEBIAN: SystemFacts = { platform: "linux", arch: "x64", distribution: ["debian"] };

function notInstalled(name: string): BackendAttempt {
  const packageName = `@tsusb/backend-${name}`;
  return {
    name,
    packageName,
    outcome: "not-installed",
    message: `${packageName} is not installed`,
    libraries: [],
  };
}

function failed(libraries: readonly LibraryAttempt[]): BackendAttempt {
  return {
    name: "libusb1",
    packageName: "@tsusb/backend-libusb1",
    outcome: "failed",
    message: "libusb 1.0 was not found; tried:\n  and so on",
    libraries,
  };
}

const NOT_FOUND: LibraryAttempt = {
  candidate: "libusb-1.0.so.0",
  source: "soname",
  reason: "not-found",
  message: "libusb-1.0.so.0: cannot open shared object file: No such file or directory",
};

describe("the message for no backend", () => {
  it("tells who has just started what to install", () => {
    const attempts = ["libusb1", "libusb0", "openusb"].map(notInstalled);
    expect(noBackendMessage(attempts, DEBIAN)).toMatchInlineSnapshot(`
      "no USB backend is installed

        libusb1: not installed (@tsusb/backend-libusb1)
        libusb0: not installed (@tsusb/backend-libusb0)
        openusb: not installed (@tsusb/backend-openusb)

      What to do: npm install @tsusb/backend-libusb1
      It uses the C library, if the system has none: sudo apt install libusb-1.0-0"
    `);
  });

  it.each([
    ["environment", "correct TSUSB_LIBUSB1_PATH, or unset it to have the library found"],
    ["option", "correct libraryPath, or leave it out to have the library found"],
    ["findLibrary", "correct what findLibrary returns, or let it return undefined to have the library found"],
  ] as const)("tells who named a wrong file by %s to correct that", (source, remedy) => {
    const attempts = [failed([{ ...NOT_FOUND, candidate: "/opt/usb.so", source }])];
    expect(noBackendMessage(attempts, DEBIAN)).toContain(`What to do: ${remedy}`);
    expect(noBackendMessage(attempts, DEBIAN)).not.toContain("apt install");
  });

  it("tells which files were tried, and what the loader said of each", () => {
    const attempts = [
      failed([
        {
          ...NOT_FOUND,
          candidate: "/opt/usb.so",
          source: "environment",
          reason: "wrong-architecture",
          path: "/opt/usb.so",
          message: "/opt/usb.so is for arm64, and this process is x64; the loader says: wrong ELF class",
        },
        NOT_FOUND,
        {
          candidate: "libusb-1.0.so",
          path: "/usr/lib/libusb-1.0.so",
          source: "directory",
          reason: "missing-symbols",
          message: "",
          missingSymbols: ["libusb_init", "libusb_exit", "libusb_open", "libusb_close"],
        },
      ]),
      notInstalled("libusb0"),
      notInstalled("openusb"),
    ];
    expect(noBackendMessage(attempts, DEBIAN)).toMatchInlineSnapshot(`
      "no USB backend works here

        libusb1 (@tsusb/backend-libusb1): libusb 1.0 was not found
            /opt/usb.so: is for arm64, and this process is x64; the loader says: wrong ELF class
            libusb-1.0.so.0: not found (cannot open shared object file: No such file or directory)
            libusb-1.0.so -> /usr/lib/libusb-1.0.so: too old, it lacks libusb_init, libusb_exit, libusb_open and 1 more
        libusb0: not installed (@tsusb/backend-libusb0)
        openusb: not installed (@tsusb/backend-openusb)

      What to do: sudo apt install libusb-1.0-0 (the x64 build of libusb 1.0)"
    `);
  });

  it("tells what went wrong in a package, and does not blame the library for it", () => {
    const attempts: BackendAttempt[] = [
      {
        ...notInstalled("libusb1"),
        outcome: "import-failed",
        message: "importing it failed: No native build\nat x",
      },
      notInstalled("libusb0"),
    ];
    expect(noBackendMessage(attempts, DEBIAN)).toMatchInlineSnapshot(`
      "no USB backend works here

        libusb1 (@tsusb/backend-libusb1): importing it failed: No native build
            at x
        libusb0: not installed (@tsusb/backend-libusb0)

      What to do: see why @tsusb/backend-libusb1 failed; or name another backend in TSUSB_BACKEND"
    `);
  });

  it("tells a name that nothing is called", () => {
    const message = 'no backend is called "libusb2": there are libusb1, libusb0';
    const attempts: BackendAttempt[] = [
      { name: "libusb2", packageName: "libusb2", outcome: "not-installed", message, libraries: [] },
    ];
    expect(noBackendMessage(attempts, DEBIAN)).toMatchInlineSnapshot(`
      "no USB backend is installed

        libusb2: no backend is called "libusb2": there are libusb1, libusb0

      What to do: correct the name in TSUSB_BACKEND or in the option order"
    `);
  });

  it("says how to get libusb 1.0 on each system", () => {
    const systems: Readonly<Record<string, SystemFacts>> = {
      Debian: DEBIAN,
      Mint: { ...DEBIAN, distribution: ["linuxmint", "ubuntu", "debian"] },
      Fedora: { ...DEBIAN, distribution: ["fedora"] },
      Rocky: { ...DEBIAN, distribution: ["rocky", "rhel", "centos", "fedora"] },
      Arch: { ...DEBIAN, distribution: ["arch"] },
      Alpine: { ...DEBIAN, distribution: ["alpine"] },
      openSUSE: { ...DEBIAN, distribution: ["opensuse-tumbleweed", "opensuse", "suse"] },
      NixOS: { ...DEBIAN, distribution: ["nixos"] },
      unknown: { ...DEBIAN, distribution: [] },
      macOS: { platform: "darwin", arch: "arm64", distribution: [] },
      Windows: { platform: "win32", arch: "x64", distribution: [] },
    };
    const advice = Object.entries(systems).map(([name, facts]) => {
      return `${name}: ${libraryAdvice("libusb1", new Set(["not-found"]), facts)}`;
    });
    expect(advice.join("\n")).toMatchInlineSnapshot(`
      "Debian: sudo apt install libusb-1.0-0
      Mint: sudo apt install libusb-1.0-0
      Fedora: sudo dnf install libusb1
      Rocky: sudo dnf install libusbx
      Arch: sudo pacman -S libusb
      Alpine: apk add libusb
      openSUSE: sudo zypper install libusb-1_0-0
      NixOS: nix-shell -p libusb1
      unknown: install libusb 1.0 with this system's package manager, or set TSUSB_LIBUSB1_PATH to the path of the library
      macOS: brew install libusb
      Windows: get libusb-1.0.dll (VS2022\\MS64) from https://libusb.info and set TSUSB_LIBUSB1_PATH to its path"
    `);
  });
});
