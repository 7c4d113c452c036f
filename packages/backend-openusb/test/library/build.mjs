// node build.mjs: builds the test library that speaks OpenUSB's ABI, and prints its path.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const sources = path.dirname(fileURLToPath(import.meta.url));

/**
 * Builds the library, unless it is there already, and gives its path.
 *
 * @param {{ link?: readonly string[], name?: string }} [options] - More options for the compiler, and a name for what
 *   comes of them.
 */
export function buildOpenUsbLibrary({ link = [], name = "plain" } = {}) {
  const files = readdirSync(sources).filter((file) => /\.[ch]$/.test(file));
  const hash = createHash("sha256").update(link.join(" "));
  for (const file of files) hash.update(readFileSync(path.join(sources, file)));
  const base = path.join(tmpdir(), `tsusb-openusb-${process.getuid?.() ?? 0}`);
  const folder = path.join(base, `${name}-${hash.digest("hex").slice(0, 16)}`);
  const library = path.join(folder, "libopenusb.so.0");
  if (existsSync(library)) return library;
  mkdirSync(folder, { recursive: true });
  // Two test files may build the same at once: each its own file, and the last one stays.
  const own = `${library}.${process.pid}`;
  const compiler = process.env.CC ?? "cc";
  const options = ["-std=gnu11", "-shared", "-fPIC", "-O1", "-g", "-Wall", "-Wextra", "-Werror", "-pthread"];
  const code = files.filter((file) => file.endsWith(".c")).map((file) => path.join(sources, file));
  const { status, error, stderr } = spawnSync(
    compiler,
    [...options, "-fvisibility=hidden", "-Wl,-soname,libopenusb.so.0", "-o", own, ...code, ...link],
    { encoding: "utf8" },
  );
  if (status !== 0) throw new Error(`${compiler} cannot build the test library: ${error?.message ?? stderr}`);
  renameSync(own, library);
  return library;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) console.log(buildOpenUsbLibrary());
