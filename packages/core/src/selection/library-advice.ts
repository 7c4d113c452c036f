import type { SystemFacts } from "./system-facts.js";

/** What messages say of a backend's C library. */
export interface LibraryNames {
  /** What people call it: `"libusb 1.0"`. */
  readonly title: string;
  /** The environment variable that names its file. */
  readonly variable: string;
}

/** Gives the names of the C library of one of our backends; `undefined` for a backend that core knows nothing of. */
export function libraryNames(backend: string): LibraryNames | undefined {
  return LIBRARIES.get(shortName(backend));
}

/**
 * Says how to install a backend's C library on this system.
 *
 * @param backend - Its name, or that of its package.
 * @returns Lines, commands indented; `undefined` for a backend whose library core knows nothing of.
 */
export function libraryAdvice(backend: string, facts: SystemFacts): readonly string[] | undefined {
  const library = LIBRARIES.get(shortName(backend));
  if (library === undefined) return undefined;
  for (const id of [...facts.distribution, facts.platform]) {
    const command = library.commands[id];
    if (command !== undefined) return [`  ${facts.isRoot ? asRoot(command) : command}`];
  }
  const { elsewhere, windows } = library;
  return facts.platform === "win32" ? windows(facts) : elsewhere;
}

/** Says how to put an environment variable back to where it was not set. A command of this system's shell. */
export function unsetCommand(variable: string, { platform }: SystemFacts): string {
  return platform === "win32" ? `Remove-Item Env:${variable}` : `unset ${variable}`;
}

/** Says how to set an environment variable. A command of this system's shell. */
export function setCommand(variable: string, value: string, { platform }: SystemFacts): string {
  return platform === "win32" ? `$env:${variable} = "${value}"` : `export ${variable}=${value}`;
}

interface Library extends LibraryNames {
  /** By `ID` of /etc/os-release, or by platform. */
  readonly commands: Readonly<Record<string, string>>;
  readonly windows: (facts: SystemFacts) => readonly string[];
  /** Where no command is known. */
  readonly elsewhere: readonly string[];
}

const OPENUSB_SOURCES = [
  "  No system but OpenIndiana and Solaris has it. Use libusb 1.0 in its place, or build it from",
  "  https://sourceforge.net/projects/openusb and name the file in TSUSB_OPENUSB_PATH.",
];

const LIBRARIES: ReadonlyMap<string, Library> = new Map<string, Library>([
  [
    "libusb1",
    {
      title: "libusb 1.0",
      variable: "TSUSB_LIBUSB1_PATH",
      commands: {
        debian: "sudo apt install libusb-1.0-0",
        ubuntu: "sudo apt install libusb-1.0-0",
        fedora: "sudo dnf install libusb1",
        rhel: "sudo dnf install libusbx",
        arch: "sudo pacman -S libusb",
        alpine: "sudo apk add libusb",
        suse: "sudo zypper install libusb-1_0-0",
        gentoo: "sudo emerge dev-libs/libusb",
        void: "sudo xbps-install libusb",
        nixos: "nix-shell -p libusb1",
        darwin: "brew install libusb",
        android: "pkg install libusb",
        openbsd: "doas pkg_add libusb1",
      },
      windows: ({ arch }) => [
        `  Copy libusb-1.0.dll (${arch === "ia32" ? "VS2022\\MS32" : "VS2022\\MS64"}) from https://libusb.info, then`,
        '  $env:TSUSB_LIBUSB1_PATH = "C:\\where\\it\\is\\libusb-1.0.dll"',
      ],
      elsewhere: ["  Take it from this system's packages, or name the file in TSUSB_LIBUSB1_PATH."],
    },
  ],
  [
    "libusb0",
    {
      title: "libusb 0.1",
      variable: "TSUSB_LIBUSB0_PATH",
      commands: {
        debian: "sudo apt install libusb-0.1-4",
        ubuntu: "sudo apt install libusb-0.1-4",
        fedora: "sudo dnf install libusb-compat-0.1",
        arch: "sudo pacman -S libusb-compat",
        alpine: "sudo apk add libusb-compat",
        suse: "sudo zypper install libusb-0_1-4",
        gentoo: "sudo emerge dev-libs/libusb-compat",
        darwin: "brew install libusb-compat",
      },
      windows: () => ["  Install libusb-win32 from https://libusb-win32.sourceforge.net"],
      elsewhere: ["  Take it from this system's packages, or name the file in TSUSB_LIBUSB0_PATH."],
    },
  ],
  [
    "openusb",
    {
      title: "OpenUSB",
      variable: "TSUSB_OPENUSB_PATH",
      commands: {
        openindiana: "sudo pkg install system/library/usb/openusb",
        solaris: "sudo pkg install library/libopenusb",
      },
      windows: () => OPENUSB_SOURCES,
      elsewhere: OPENUSB_SOURCES,
    },
  ],
]);

function shortName(backend: string): string {
  return backend.replace(/^@tsusb\/backend-/, "");
}

/** Containers have no sudo, and Debian's have no list of packages until it is fetched. */
function asRoot(command: string): string {
  return command
    .replace(/^sudo apt install/, "apt-get update && apt-get install -y")
    .replace(/^(?:sudo|doas) /, "");
}
