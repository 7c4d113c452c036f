import { absoluteElements } from "./library-path.js";
import { muslArchitecture } from "./multiarch.js";
import type { System } from "./system.js";

/** Files may include each other without end. */
const MOST_FILES = 64;

async function expand(pattern: string, system: System): Promise<readonly string[]> {
  const [, folder, name] = /^(\/.*)\/([^/]+)$/.exec(pattern) ?? [];
  if (folder === undefined || name === undefined) return [];
  if (!name.includes("*")) return [pattern];
  const parts = name.split("*").map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
  const matches = new RegExp(`^${parts.join(".*")}$`);
  const entries = (await system.list(folder)).filter((entry) => matches.test(entry));
  return entries.sort().map((entry) => `${folder}/${entry}`);
}

async function glibcDirectories(system: System): Promise<readonly string[]> {
  const files = ["/etc/ld.so.conf"];
  const directories: string[] = [];
  // `files` grows while it is read.
  for (const file of files) {
    const text = (await system.readText(file)) ?? "";
    for (const line of text.split("\n").map((text) => text.replace(/#.*/, "").trim())) {
      const include = /^include\s+(\S+)$/.exec(line)?.[1];
      if (include === undefined) directories.push(...line.split(/[:,\s]+/));
      else files.push(...(await expand(include, system)));
    }
    if (files.length > MOST_FILES) break;
  }
  return directories;
}

async function muslDirectories(system: System): Promise<readonly string[]> {
  const text = await system.readText(`/etc/ld-musl-${muslArchitecture(system.arch)}.path`);
  return (text ?? "").split(/[:\n]/).map((element) => element.trim());
}

/** The folders that the system's loader is configured to look into, beyond its built-in ones; absolute ones only. */
export async function loaderConfiguration(system: System): Promise<readonly string[]> {
  if (system.platform !== "linux") return [];
  const found =
    (await system.libc()) === "musl" ? await muslDirectories(system) : await glibcDirectories(system);
  return absoluteElements(found.join(":"), system);
}
