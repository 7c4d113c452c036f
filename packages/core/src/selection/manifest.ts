import { nodeBuiltin } from "../node-builtin.js";

/** A package.json; nothing in it is trusted. */
export type Manifest = Readonly<Record<string, unknown>>;

/** Reads a package.json; `undefined` if there is none, or none that makes sense. I/O: reads a file. */
export function readManifest(file: string): Manifest | undefined {
  try {
    const text = nodeBuiltin("node:fs")?.readFileSync(file, "utf8") ?? "";
    const content: unknown = JSON.parse(text.replace(/^\uFEFF/, ""));
    return typeof content === "object" && content !== null ? { ...content } : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Gives the file that `import` of the package's name comes to, by its `exports`. `require.resolve` would choose what is
 * meant for `require`, and refuse a package that is meant for `import` only.
 *
 * @returns A path relative to the package; `undefined` if there are no `exports`, or none for this.
 */
export function packageEntry(manifest: Manifest | undefined): string | undefined {
  const exported = manifest?.exports;
  const hasPaths = isRecord(exported) && Object.keys(exported).some((key) => key.startsWith("."));
  return targetOf(hasPaths ? Reflect.get(exported, ".") : exported);
}

/** The conditions that hold for `import` in Node. Source: nodejs.org/api/packages.html, "Conditional exports". */
const CONDITIONS: ReadonlySet<string> = new Set(["node-addons", "node", "import", "module-sync", "default"]);

function targetOf(target: unknown): string | undefined {
  if (typeof target === "string") return isInside(target) ? target : undefined;
  if (Array.isArray(target)) return firstOf(target);
  return isRecord(target)
    ? firstOf(
        Object.keys(target)
          .filter((key) => CONDITIONS.has(key))
          .map((key) => Reflect.get(target, key)),
      )
    : undefined;
}

function firstOf(targets: readonly unknown[]): string | undefined {
  for (const each of targets) {
    const found = targetOf(each);
    if (found !== undefined) return found;
  }
  return undefined;
}

function isInside(target: string): boolean {
  return target.startsWith("./") && !target.split(/[\\/]/).includes("..");
}

function isRecord(value: unknown): value is object {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
