import { nodeBuiltin } from "../node-builtin.js";
import { type Manifest, packageEntry, readManifest } from "./manifest.js";
import { upwards } from "./upwards.js";

/** The program that core is part of, as far as its package.json tells. */
export interface Application {
  /** Absolute path of its package.json. */
  readonly manifestPath: string;
  /** Names of everything that its package.json depends on, in order. */
  readonly dependencies: readonly string[];
  /** Reads the package.json of a package as the application sees it; `undefined` if it is not installed. */
  manifestOf(packageName: string): Manifest | undefined;
  /**
   * Gives the file that `import` of a package's name comes to there; `undefined` if it is not installed.
   *
   * @throws What the resolution says, if the package is there and has no such file.
   */
  resolve(packageName: string): string | undefined;
}

/**
 * Finds the application: the nearest package.json at or above `from`, or above the real path of the script that Node
 * was started with. The working directory is not looked at.
 *
 * I/O: reads files.
 *
 * @returns `undefined` where there is no such file, no script, or no file system.
 * @throws TypeError if `from` does not exist, or is a URL of another kind than `file:`.
 */
export function findApplication(from: string | URL | undefined): Application | undefined {
  const start = from === undefined ? scriptPath() : pathOf(from);
  const module = nodeBuiltin("node:module");
  const path = nodeBuiltin("node:path");
  if (start === undefined || !module || !path) return undefined;
  const manifestPath = nearestManifest(start);
  if (manifestPath === undefined) return undefined;
  const folderOf = (packageName: string) => packageFolder(packageName, manifestPath);
  return {
    manifestPath,
    dependencies: dependenciesOf(readManifest(manifestPath)),
    manifestOf: (packageName) => {
      const folder = folderOf(packageName);
      return folder === undefined ? undefined : readManifest(path.join(folder, "package.json"));
    },
    resolve: (packageName) => {
      const folder = folderOf(packageName);
      if (folder === undefined) return undefined;
      const entry = packageEntry(readManifest(path.join(folder, "package.json")));
      return entry === undefined
        ? module.createRequire(manifestPath).resolve(packageName)
        : path.join(folder, entry);
    },
  };
}

/**
 * Looks where `import` would: `require.resolve` alone looks further, in NODE_PATH and in the home directory, which the
 * application does not know of; pnpm's scripts set the former.
 */
function packageFolder(packageName: string, manifestPath: string): string | undefined {
  const fs = nodeBuiltin("node:fs");
  const path = nodeBuiltin("node:path");
  if (!fs || !path) return undefined;
  if (globalThis.process.versions.pnp !== undefined) return folderInPnP(packageName, manifestPath);
  return upwards(path.dirname(manifestPath))
    .map((each) => path.join(each, "node_modules", packageName))
    .find((folder) => fs.existsSync(folder));
}

/** Plug'n'Play has no folders of packages; its own API tells where each lies. Source: yarnpkg.com/advanced/pnpapi. */
function folderInPnP(packageName: string, manifestPath: string): string | undefined {
  const { findPnpApi } = Object(nodeBuiltin("node:module")) as {
    findPnpApi?: (path: string) => PnPApi | null;
  };
  try {
    return findPnpApi?.(manifestPath)?.resolveToUnqualified(packageName, manifestPath) ?? undefined;
  } catch {
    // It throws for a package that the application does not depend on.
    return undefined;
  }
}

interface PnPApi {
  resolveToUnqualified(request: string, issuer: string): string | null;
}

/** The real path of the script that Node was started with, also in a worker; none for `node -e` and the prompt. */
function scriptPath(): string | undefined {
  const fs = nodeBuiltin("node:fs");
  const path = nodeBuiltin("node:path");
  const module = nodeBuiltin("node:module");
  const script = globalThis.process?.argv?.[1];
  // Node gives scripts absolute. What is not is an argument of `node -e`, which would be looked for in the working directory.
  if (!fs || !path || !module || script === undefined || !path.isAbsolute(script) || isEvaluated())
    return undefined;
  try {
    // `node dist/main` leaves out the end of the name, `node .` the name.
    return fs.realpathSync(fs.existsSync(script) ? script : module.createRequire(script).resolve(script));
  } catch {
    return undefined;
  }
}

/** Whether `node -e` or `node -p` runs, whose arguments stand where else the script does. */
function isEvaluated(): boolean {
  const { execArgv = [] } = globalThis.process;
  const evaluates = execArgv.some((each) => /^(?:-e|-p|-pe|--eval|--print)(?:=|$)/.test(each));
  // A worker inherits these options and has a script of its own.
  return evaluates && nodeBuiltin("node:worker_threads")?.isMainThread !== false;
}

function pathOf(from: string | URL): string | undefined {
  const fs = nodeBuiltin("node:fs");
  const path = nodeBuiltin("node:path");
  const url = nodeBuiltin("node:url");
  if (!fs || !path || !url) return undefined;
  const isURL = typeof from !== "string" || /^[a-z][a-z0-9+.-]+:\/\//i.test(from);
  if (isURL && new URL(from).protocol !== "file:") {
    throw new TypeError(`getBackend: from must be a path or a file: URL, not ${String(from)}`);
  }
  const start = isURL ? url.fileURLToPath(from) : path.resolve(String(from));
  if (!fs.existsSync(start)) throw new TypeError(`getBackend: from is ${start}, which does not exist`);
  return start;
}

function nearestManifest(start: string): string | undefined {
  const path = nodeBuiltin("node:path");
  for (const directory of path ? upwards(start) : []) {
    const file = path?.join(directory, "package.json") ?? directory;
    const manifest = readManifest(file);
    // A package.json that only says "type" describes a folder of build results, not a program.
    if (manifest && (manifest.name !== undefined || dependenciesOf(manifest).length > 0)) return file;
  }
  return undefined;
}

function dependenciesOf(manifest: Manifest | undefined): string[] {
  const fields = ["dependencies", "optionalDependencies", "devDependencies", "peerDependencies"];
  return [...new Set(fields.flatMap((field) => Object.keys(Object(manifest?.[field]))))];
}
