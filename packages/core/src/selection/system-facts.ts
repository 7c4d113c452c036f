import { nodeBuiltin } from "../node-builtin.js";
import { type PackageManager, packageManagerOf } from "./package-manager.js";

/** What the advice of a message depends on. */
export interface SystemFacts {
  /** As `process.platform`: `"linux"`; `"browser"` where there is no Node. */
  readonly platform: string;
  /** As `process.arch`: `"x64"`. */
  readonly arch: string;
  /** `ID` and `ID_LIKE` of /etc/os-release, where there is one: `["ubuntu", "debian"]`. */
  readonly distribution: readonly string[];
  /** Whether commands need no `sudo`. */
  readonly isRoot: boolean;
  /** What installs packages for the application. */
  readonly packageManager: PackageManager;
}

/**
 * Reads the facts of this system.
 *
 * I/O: reads one small file and looks for lockfiles.
 *
 * @param manifestPath - The application's package.json, if there is one.
 */
export function readSystemFacts(manifestPath?: string): SystemFacts {
  const { platform = "browser", arch = "unknown" } = globalThis.process ?? {};
  return {
    platform,
    arch,
    distribution: platform === "linux" || platform === "sunos" ? readDistribution() : [],
    isRoot: globalThis.process?.getuid?.() === 0,
    packageManager: packageManagerOf(manifestPath),
  };
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
