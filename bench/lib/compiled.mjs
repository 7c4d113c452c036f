import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { Unavailable } from "./unavailable.mjs";

const CACHE = fileURLToPath(new URL("../.cache/", import.meta.url));
const FLAGS = ["-O2", "-Wall", "-Wextra"];

/**
 * The program that a C file is compiled to, with the headers beside it; compiled if this version of it is not in the cache.
 *
 * @param {string} source
 * @param {readonly string[]} flags - What it needs of the compiler and the linker.
 */
export function compiled(source, flags) {
  const hash = createHash("sha256").update([...FLAGS, ...flags].join(" "));
  for (const file of [source, ...headersBeside(source)]) hash.update(readFileSync(file));
  const program = path.join(CACHE, `${path.basename(source, ".c")}-${hash.digest("hex").slice(0, 16)}`);
  if (existsSync(program)) return program;
  mkdirSync(CACHE, { recursive: true });
  const unfinished = `${program}.${process.pid}`;
  const gcc = spawnSync("gcc", [...FLAGS, "-o", unfinished, source, ...flags], { encoding: "utf8" });
  if (gcc.status !== 0)
    throw new Unavailable(
      `gcc could not compile ${path.basename(source)}: ${gcc.error?.message ?? gcc.stderr}`,
    );
  renameSync(unfinished, program); // whole or not at all, also when two begin at once
  return program;
}

function headersBeside(source) {
  const folder = path.dirname(source);
  return readdirSync(folder)
    .filter((name) => name.endsWith(".h"))
    .sort()
    .map((name) => path.join(folder, name));
}
