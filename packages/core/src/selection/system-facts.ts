import type { LibraryAttempt } from "../errors.js";
import { nodeBuiltin } from "../node-builtin.js";

/** What the message for a missing library depends on. */
export interface SystemFacts {
  /** As `process.platform`: `"linux"`; `"browser"` where there is no Node. */
  readonly platform: string;
  /** As `process.arch`: `"x64"`. */
  readonly arch: string;
  /** Linux: `ID` and `ID_LIKE` of /etc/os-release: `["ubuntu", "debian"]`. */
  readonly distribution: readonly string[];
}

/** Reads the facts of this system. I/O: one small file on Linux. */
export function readSystemFacts(): SystemFacts {
  const { platform = "browser", arch = "unknown" } = globalThis.process ?? {};
  return { platform, arch, distribution: platform === "linux" ? readDistribution() : [] };
}

/**
 * Says how to get a backend's C library on this system.
 *
 * @param reasons - What came of the libraries that were tried.
 * @returns `undefined` for a backend whose library core knows nothing of.
 */
export function libraryAdvice(
  backend: string,
  reasons: ReadonlySet<LibraryAttempt["reason"]>,
  facts: SystemFacts,
): string | undefined {
  const names = LIBRARIES.get(backend.replace(/^@tsusb\/backend-/, ""));
  if (names === undefined) return undefined;
  const install = installLine(names, facts);
  if (reasons.has("wrong-architecture")) return `${install} (the ${facts.arch} build of ${names.title})`;
  if (reasons.has("missing-symbols")) return `${install} (a newer ${names.title})`;
  return install;
}

/** The environment variable that names a backend's library. */
export function libraryVariable(backend: string): string {
  const short = backend.replace(/^@tsusb\/backend-/, "");
  return LIBRARIES.get(short)?.variable ?? "the environment variable that names the library";
}

interface LibraryNames {
  readonly title: string;
  readonly variable: string;
  readonly commands: Readonly<Record<string, string>>;
}

const LIBRARIES: ReadonlyMap<string, LibraryNames> = new Map([
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
        alpine: "apk add libusb",
        suse: "sudo zypper install libusb-1_0-0",
        nixos: "nix-shell -p libusb1",
        darwin: "brew install libusb",
      },
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
        alpine: "apk add libusb-compat",
        darwin: "brew install libusb-compat",
      },
    },
  ],
]);

function installLine({ title, variable, commands }: LibraryNames, facts: SystemFacts): string {
  if (facts.platform === "win32") {
    const folder = facts.arch === "ia32" ? "VS2022\\MS32" : "VS2022\\MS64";
    return title === "libusb 1.0"
      ? `get libusb-1.0.dll (${folder}) from https://libusb.info and set ${variable} to its path`
      : `install libusb-win32 from https://libusb-win32.sourceforge.net, or set ${variable} to the path of its dll`;
  }
  for (const id of [...facts.distribution, facts.platform]) {
    const command = commands[id];
    if (command !== undefined) return command;
  }
  return `install ${title} with this system's package manager, or set ${variable} to the path of the library`;
}

function readDistribution(): string[] {
  let text: string;
  try {
    text = nodeBuiltin("node:fs")?.readFileSync("/etc/os-release", "utf8") ?? "";
  } catch {
    return [];
  }
  const values = ["ID", "ID_LIKE"].map(
    (key) => new RegExp(`^${key}=["']?([^"'\\n]*)`, "m").exec(text)?.[1] ?? "",
  );
  return values.flatMap((value) => value.split(/\s+/)).filter((id) => id !== "");
}
