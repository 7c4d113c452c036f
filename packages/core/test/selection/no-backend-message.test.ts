import type { BackendAttempt, LibraryAttempt } from "@tsusb/core";
import { describe, expect, it } from "vitest";
import { libraryAdvice } from "../../src/selection/library-advice.js";
import { noBackendMessage, unknownNameMessage } from "../../src/selection/no-backend-message.js";
import type { SystemFacts } from "../../src/selection/system-facts.js";

// The messages as a user meets them, each cause staged for real, are in ../no-backend.

const DEBIAN: SystemFacts = {
  platform: "linux",
  arch: "x64",
  distribution: ["debian"],
  isRoot: false,
  packageManager: { add: "npm install", remove: "npm uninstall" },
};
const WINDOWS: SystemFacts = { ...DEBIAN, platform: "win32", distribution: [] };
const SEARCH = { orderedBy: undefined, manifestPath: "/app/package.json" };

const NOTHING = [notInstalled("libusb1"), notInstalled("libusb0"), notInstalled("openusb")] as const;

function notInstalled(name: string): BackendAttempt {
  const packageName = `@tsusb/backend-${name}`;
  const message = `${packageName} is not installed`;
  return { name, packageName, outcome: "not-installed", message, libraries: [] };
}

function failed(libraries: readonly LibraryAttempt[], name = "libusb1"): BackendAttempt {
  return {
    ...notInstalled(name),
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
  it("has the command of the program's own package manager", () => {
    const facts = { ...DEBIAN, packageManager: { add: "pnpm add", remove: "pnpm remove" } };
    expect(noBackendMessage(NOTHING, facts, SEARCH)).toContain("\n  pnpm add @tsusb/backend-libusb1\n");
  });

  it("has no sudo for root, who may be in a container without it", () => {
    const message = noBackendMessage(NOTHING, { ...DEBIAN, isRoot: true }, SEARCH);
    expect(message).toContain("\n  apt-get update && apt-get install -y libusb-1.0-0\n");
    expect(message).not.toContain("sudo");
  });

  it("sends nobody in a browser to install a C library", () => {
    const message = noBackendMessage(NOTHING, { ...DEBIAN, platform: "browser", distribution: [] }, SEARCH);
    expect(message).toContain("find({ backend })");
    expect(message).not.toMatch(/npm install|libusb 1\.0/);
  });

  it("says why it did not look for other backends where no script tells the application", () => {
    const message = noBackendMessage(NOTHING, DEBIAN, { ...SEARCH, manifestPath: undefined });
    expect(message).toMatch(/no script tells.*getBackend\(\{ from \}\)/);
  });

  it.each([
    ["environment", 'TSUSB_LIBUSB1_PATH is "/opt/usb.so", which', "\n  unset TSUSB_LIBUSB1_PATH\n"],
    [
      "option",
      'libraryPath is "/opt/usb.so", which',
      "\nCorrect it, or leave it out to have libusb 1.0 found.",
    ],
    ["findLibrary", 'findLibrary gave "/opt/usb.so", which', "\nCorrect it, or have it return undefined"],
  ] as const)("tells who named a wrong file by %s to correct that", (source, cause, remedy) => {
    const file = "/opt/usb.so";
    const message = noBackendMessage(
      [
        failed([
          { candidate: file, path: file, source, reason: "not-found", message: `${file} does not exist` },
        ]),
      ],
      DEBIAN,
      SEARCH,
    );
    expect(message).toContain(`no USB backend works here: ${cause} does not exist\n`);
    expect(message).toContain(remedy);
    expect(message).not.toContain("apt install");
  });

  it("tells of a library that was found which fits neither processor nor version, and how to get one that does", () => {
    const path = "/usr/lib/libusb-1.0.so.0";
    const told = (attempt: Partial<LibraryAttempt>) =>
      noBackendMessage([failed([NOT_FOUND, { ...NOT_FOUND, path, ...attempt }])], DEBIAN, SEARCH);
    const other = told({
      reason: "wrong-architecture",
      message: `${path} is for arm64, and this process is x64`,
    });
    expect(other).toContain(`here: ${path} is for arm64, and this process is x64\n`);
    expect(other).toContain("Install libusb 1.0 for x64:\n  sudo apt install libusb-1.0-0\n");
    const old = told({ reason: "missing-symbols", message: "", missingSymbols: ["a", "b", "c", "d"] });
    expect(old).toContain(`here: ${path} is too old: it lacks a, b, c and 1 more\n`);
    expect(old).toContain("Install libusb 1.0, a newer one:\n");
  });

  it("takes a linker script for no library", () => {
    const message = "/lib/libusb.so is a linker script, which tells a compiler where the library is";
    const script = { ...NOT_FOUND, path: "/lib/libusb.so", reason: "not-a-library", message } as const;
    expect(noBackendMessage([failed([NOT_FOUND, script])], DEBIAN, SEARCH)).toContain(
      "the C library libusb 1.0 is not installed\n",
    );
  });

  it("has the remedy of every backend that is installed", () => {
    const attempts = [failed([NOT_FOUND, NOT_FOUND]), failed([NOT_FOUND, NOT_FOUND], "libusb0")] as const;
    const message = noBackendMessage(attempts, DEBIAN, SEARCH);
    expect(message).toMatch(/Install it:\n {2}sudo apt install libusb-1\.0-0\n/);
    expect(message).toMatch(/libusb0 [\s\S]*to install it: sudo apt install libusb-0\.1-4\n/);
  });

  it("tells what the errors of strangers say, whatever they are", () => {
    const attempt: BackendAttempt = {
      name: "@acme/backend-usb",
      packageName: "@acme/backend-usb",
      outcome: "failed",
      message: "",
      libraries: [{ candidate: "", source: "soname", reason: "loaded", message: "" }],
    };
    const message = noBackendMessage([...NOTHING, attempt], DEBIAN, SEARCH);
    expect(message).toContain("npm bugs @acme/backend-usb");
    expect(message).toContain("Or install another backend:\n  npm install @tsusb/backend-libusb1");
    expect(noBackendMessage([{ ...attempt, libraries: [] }], DEBIAN, SEARCH)).toContain("does not start");
  });
});

describe("the message for a name that nothing is called", () => {
  const exist = ["libusb1", "libusb0", "openusb", "virtual", "usbip"];
  const told = (name: string, facts = DEBIAN) =>
    unknownNameMessage({ name, names: [name, "virtual"], source: "TSUSB_BACKEND", exist }, facts);

  it.each([
    ["libusb", "libusb1"],
    ["LibUSB-1.0", "libusb1"],
    ["libusb-0.1", "libusb1"],
    ["open_usb", "openusb"],
    ["@tsusb/backend-libus0", "libusb0"],
    ["usb-ip", "usbip"],
    ["vitrual", "virtual"],
  ])("suggests for %s the nearest, %s", (name, meant) => {
    expect(told(name)).toContain(`Did you mean ${meant}?\n  export TSUSB_BACKEND=${meant},virtual\n`);
  });

  it.each(["nonsense", "x", "hid", "webusb-polyfill"])("suggests nothing for %s", (name) => {
    expect(told(name)).not.toContain("Did you mean");
    expect(told(name)).toContain(`There are ${exist.join(", ")}.`);
  });

  it("has the commands of PowerShell on Windows", () => {
    expect(told("libusb", WINDOWS)).toContain('  $env:TSUSB_BACKEND = "libusb1,virtual"\n');
    expect(told("libusb", WINDOWS)).toContain("  Remove-Item Env:TSUSB_BACKEND");
  });
});

describe("the advice for a C library", () => {
  const systems: Readonly<Record<string, SystemFacts>> = {
    Debian: DEBIAN,
    Mint: { ...DEBIAN, distribution: ["linuxmint", "ubuntu", "debian"] },
    Fedora: { ...DEBIAN, distribution: ["fedora"] },
    Rocky: { ...DEBIAN, distribution: ["rocky", "rhel", "centos", "fedora"] },
    Arch: { ...DEBIAN, distribution: ["arch"] },
    Alpine: { ...DEBIAN, distribution: ["alpine"] },
    openSUSE: { ...DEBIAN, distribution: ["opensuse-tumbleweed", "opensuse", "suse"] },
    Gentoo: { ...DEBIAN, distribution: ["gentoo"] },
    NixOS: { ...DEBIAN, distribution: ["nixos"] },
    OpenIndiana: { ...DEBIAN, platform: "sunos", distribution: ["openindiana"] },
    unknown: { ...DEBIAN, distribution: [] },
    macOS: { ...DEBIAN, platform: "darwin", arch: "arm64", distribution: [] },
    Windows: WINDOWS,
  };
  const advice = (backend: string) =>
    Object.entries(systems)
      .map(([name, facts]) => `${name}: ${libraryAdvice(backend, facts)?.join("\n").trim()}`)
      .join("\n");

  it("fits each system for libusb 1.0", () => {
    expect(advice("libusb1")).toMatchInlineSnapshot(`
      "Debian: sudo apt install libusb-1.0-0
      Mint: sudo apt install libusb-1.0-0
      Fedora: sudo dnf install libusb1
      Rocky: sudo dnf install libusbx
      Arch: sudo pacman -S libusb
      Alpine: sudo apk add libusb
      openSUSE: sudo zypper install libusb-1_0-0
      Gentoo: sudo emerge dev-libs/libusb
      NixOS: nix-shell -p libusb1
      OpenIndiana: Take it from this system's packages, or name the file in TSUSB_LIBUSB1_PATH.
      unknown: Take it from this system's packages, or name the file in TSUSB_LIBUSB1_PATH.
      macOS: brew install libusb
      Windows: Copy libusb-1.0.dll (VS2022\\MS64) from https://libusb.info, then
        $env:TSUSB_LIBUSB1_PATH = "C:\\where\\it\\is\\libusb-1.0.dll""
    `);
  });

  it("fits each system for libusb 0.1", () => {
    expect(advice("@tsusb/backend-libusb0")).toMatchInlineSnapshot(`
      "Debian: sudo apt install libusb-0.1-4
      Mint: sudo apt install libusb-0.1-4
      Fedora: sudo dnf install libusb-compat-0.1
      Rocky: sudo dnf install libusb-compat-0.1
      Arch: sudo pacman -S libusb-compat
      Alpine: sudo apk add libusb-compat
      openSUSE: sudo zypper install libusb-0_1-4
      Gentoo: sudo emerge dev-libs/libusb-compat
      NixOS: Take it from this system's packages, or name the file in TSUSB_LIBUSB0_PATH.
      OpenIndiana: Take it from this system's packages, or name the file in TSUSB_LIBUSB0_PATH.
      unknown: Take it from this system's packages, or name the file in TSUSB_LIBUSB0_PATH.
      macOS: brew install libusb-compat
      Windows: Install libusb-win32 from https://libusb-win32.sourceforge.net"
    `);
  });

  it("does not promise OpenUSB where nobody has it", () => {
    const lines = Object.values(systems).map((facts) => libraryAdvice("openusb", facts)?.join("\n") ?? "");
    expect(lines.filter((each) => each.includes(" install "))).toEqual([
      "  sudo pkg install system/library/usb/openusb",
    ]);
    expect(lines[0]).toContain("Use libusb 1.0 in its place");
    expect(lines[0]).toContain("TSUSB_OPENUSB_PATH");
  });

  it("is not known for a backend of somebody else's", () => {
    expect(libraryAdvice("@acme/backend-usb", DEBIAN)).toBeUndefined();
  });
});
