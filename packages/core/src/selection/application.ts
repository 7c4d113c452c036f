import { nodeBuiltin } from "../node-builtin.js";

/** The program that core is part of, as far as its package.json tells. */
export interface Application {
  /** Names of everything that its package.json depends on, in order. */
  readonly dependencies: readonly string[];
  /**
   * Gives the file that a package's name stands for there; `undefined` if it is not installed.
   *
   * @throws What the resolution says, if the package is there and has no such file.
   */
  resolve(specifier: string): string | undefined;
}

/**
 * Finds the application: the nearest package.json at or above `from`, or above the real path of the script that Node
 * was started with. The working directory is not looked at.
 *
 * I/O: reads files.
 *
 * @returns `undefined` where there is no such file, or no file system.
 * @throws TypeError if `from` does not exist, or is a URL of another kind than `file:`.
 */
export function findApplication(from: string | URL | undefined): Application | undefined {
  const start = startOf(from);
  const module = nodeBuiltin("node:module");
  if (start === undefined || module === undefined) return undefined;
  const manifestPath = nearestManifest(start);
  if (manifestPath === undefined) return undefined;
  const require = module.createRequire(manifestPath);
  const directory = nodeBuiltin("node:path")?.dirname(manifestPath) ?? manifestPath;
  return {
    dependencies: dependenciesOf(readManifest(manifestPath)),
    resolve: (specifier) => {
      if (!isInstalled(specifier, directory)) return undefined;
      try {
        return require.resolve(specifier);
      } catch (error) {
        if (Reflect.get(Object(error), "code") === "MODULE_NOT_FOUND") return undefined;
        throw error;
      }
    },
  };
}

/** Reads the package.json of one of the application's dependencies; `undefined` if it cannot be found. */
export function readPackageManifest(application: Application, packageName: string): Manifest | undefined {
  const path = nodeBuiltin("node:path");
  if (path === undefined) return undefined;
  try {
    const direct = application.resolve(`${packageName}/package.json`);
    if (direct !== undefined) return readManifest(direct);
  } catch {
    // Its "exports" keeps the file to itself; it lies somewhere above the entry.
  }
  try {
    const entry = application.resolve(packageName);
    for (const directory of entry === undefined ? [] : upwards(path.dirname(entry))) {
      const manifest = readManifest(path.join(directory, "package.json"));
      if (manifest?.name === packageName) return manifest;
    }
  } catch {
    // It has no entry either: nothing that could be imported.
  }
  return undefined;
}

/** A package.json; nothing in it is trusted. */
export type Manifest = Readonly<Record<string, unknown>>;

/**
 * Looks where `import` would. `require.resolve` alone looks further, in NODE_PATH and in the home directory, which the
 * application does not know of; pnpm's scripts set the former. Plug'n'Play has no folders, and no such places either.
 */
function isInstalled(specifier: string, directory: string): boolean {
  const fs = nodeBuiltin("node:fs");
  const path = nodeBuiltin("node:path");
  if (!fs || !path) return false;
  if (globalThis.process.versions.pnp !== undefined) return true;
  const packageName = /^(?:@[^/]+\/)?[^/]+/.exec(specifier)?.[0] ?? specifier;
  return upwards(directory).some((each) => fs.existsSync(path.join(each, "node_modules", packageName)));
}

function startOf(from: string | URL | undefined): string | undefined {
  const fs = nodeBuiltin("node:fs");
  const path = nodeBuiltin("node:path");
  const url = nodeBuiltin("node:url");
  if (!fs || !path || !url) return undefined;
  if (from === undefined) {
    const script = globalThis.process?.argv?.[1];
    // Without a script (`node -e`, the prompt) there is no application to speak of.
    return script === undefined || !fs.existsSync(script) ? undefined : fs.realpathSync(script);
  }
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

function upwards(start: string): string[] {
  const path = nodeBuiltin("node:path");
  const directories = [start];
  for (let at = start; path && path.dirname(at) !== at; at = path.dirname(at))
    directories.push(path.dirname(at));
  return directories;
}

function readManifest(file: string): Manifest | undefined {
  try {
    const content: unknown = JSON.parse(nodeBuiltin("node:fs")?.readFileSync(file, "utf8") ?? "");
    return typeof content === "object" && content !== null ? { ...content } : undefined;
  } catch {
    return undefined;
  }
}

function dependenciesOf(manifest: Manifest | undefined): string[] {
  const fields = ["dependencies", "optionalDependencies", "devDependencies", "peerDependencies"];
  return [...new Set(fields.flatMap((field) => Object.keys(Object(manifest?.[field]))))];
}
