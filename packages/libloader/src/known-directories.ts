import { absoluteElements, libraryPathKind } from "./library-path.js";
import { loaderConfiguration } from "./loader-configuration.js";
import { multiarchTriplet } from "./multiarch.js";
import type { System } from "./system.js";

const ARCHITECTURES_32: ReadonlySet<string> = new Set(["arm", "ia32", "mips", "mipsel", "ppc", "s390"]);

const ROOTS = ["/usr/local/lib", "/usr/lib", "/lib"];

/** `prefix` with `tail` after it, if there is such a prefix. */
function under(prefix: string | undefined, ...tails: readonly string[]): readonly string[] {
  return prefix === undefined || prefix === "" ? [] : tails.map((tail) => `${prefix}${tail}`);
}

/** Nix and Guix keep nothing in /usr; what a user or the system installed is reached through profiles. */
function storeProfiles(system: System): readonly string[] {
  const { env } = system;
  return [
    ...absoluteElements(env.NIX_LD_LIBRARY_PATH, system),
    ...(env.NIX_PROFILES ?? "").split(" ").flatMap((profile) => under(profile, "/lib")),
    ...under(env.HOME, "/.nix-profile/lib", "/.local/state/nix/profile/lib"),
    "/nix/var/nix/profiles/default/lib",
    "/run/current-system/sw/lib",
    ...under(env.GUIX_ENVIRONMENT, "/lib"),
    ...under(env.GUIX_PROFILE, "/lib"),
    ...under(env.HOME, "/.guix-profile/lib"),
    "/run/current-system/profile/lib",
  ];
}

async function linux(system: System): Promise<readonly string[]> {
  const { arch, env } = system;
  const triplet = await multiarchTriplet(system);
  const width = ARCHITECTURES_32.has(arch) ? "32" : "64";
  return [
    ...absoluteElements(system.loaderPath, system),
    ...(triplet === undefined ? [] : under(env.SNAP, `/usr/lib/${triplet}`, `/lib/${triplet}`)),
    ...under(env.SNAP, "/usr/lib", "/lib"),
    ...(await loaderConfiguration(system)),
    ...(triplet === undefined ? [] : ROOTS.map((root) => `${root}/${triplet}`)),
    ...ROOTS.flatMap((root) => [`${root}${width}`, root]),
    "/app/lib",
    ...storeProfiles(system),
    ...under(env.HOMEBREW_PREFIX, "/lib"),
    "/home/linuxbrew/.linuxbrew/lib",
    ...under(env.CONDA_PREFIX, "/lib"),
  ];
}

function android(system: System): readonly string[] {
  return [
    ...absoluteElements(system.loaderPath, system),
    ...under(system.env.PREFIX, "/lib"),
    "/data/data/com.termux/files/usr/lib",
  ];
}

function darwin(system: System): readonly string[] {
  const { arch, env } = system;
  const brews = ["/opt/homebrew/lib", "/usr/local/lib"];
  return [
    ...absoluteElements(env.DYLD_LIBRARY_PATH, system),
    ...under(env.HOMEBREW_PREFIX, "/lib"),
    // The other one holds libraries for the other processor, if it exists at all.
    ...(arch === "arm64" ? brews : brews.toReversed()),
    "/opt/local/lib",
    ...storeProfiles(system),
    ...under(env.CONDA_PREFIX, "/lib"),
    ...absoluteElements(env.DYLD_FALLBACK_LIBRARY_PATH, system),
    ...under(env.HOME, "/lib"),
    "/usr/lib",
  ];
}

// Source: msys2.org/docs/environments, "Overview".
const MSYS2_ENVIRONMENTS: Readonly<Record<string, readonly string[]>> = {
  x64: ["ucrt64", "clang64", "mingw64"],
  arm64: ["clangarm64"],
  ia32: ["mingw32"],
};

function windows({ arch, env }: System): readonly string[] {
  const root = env.SystemRoot ?? env.SYSTEMROOT ?? "C:\\Windows";
  const vcpkgTriplet = { x64: "x64-windows", arm64: "arm64-windows", ia32: "x86-windows" }[arch];
  return [
    `${root}\\System32`,
    ...(vcpkgTriplet === undefined ? [] : under(env.VCPKG_ROOT, `\\installed\\${vcpkgTriplet}\\bin`)),
    ...under(env.CONDA_PREFIX, "\\Library\\bin"),
    ...under(env.MSYSTEM_PREFIX, "\\bin"),
    ...(MSYS2_ENVIRONMENTS[arch] ?? []).map((name) => `${env.SystemDrive ?? "C:"}\\msys64\\${name}\\bin`),
  ];
}

function unix(system: System): readonly string[] {
  const width = ARCHITECTURES_32.has(system.arch) ? "32" : "64";
  return [
    ...absoluteElements(system.loaderPath, system),
    "/usr/local/lib",
    "/usr/lib",
    "/lib",
    `/usr/lib${width}`,
    `/usr/lib/${width}`,
    "/usr/pkg/lib",
    "/opt/local/lib",
  ];
}

async function directories(system: System): Promise<readonly string[]> {
  switch (system.platform) {
    case "linux":
      return linux(system);
    case "android":
      return android(system);
    case "darwin":
      return darwin(system);
    case "win32":
    case "cygwin":
      return windows(system);
    default:
      return unix(system);
  }
}

/**
 * The folders in which libraries are looked for, best first, each once. All are absolute: what depends on the
 * working directory is left out.
 *
 * I/O: reads the configuration of the system's loader.
 */
export async function knownDirectories(system: System): Promise<readonly string[]> {
  const found = await directories(system);
  return [...new Set(found)].filter((folder) => libraryPathKind(folder, system.platform) === "absolute");
}
