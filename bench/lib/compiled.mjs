import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, renameSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { Unavailable } from "./unavailable.mjs";

const CACHE = fileURLToPath(new URL("../.cache/", import.meta.url));
const FLAGS = ["-O2", "-Wall", "-Wextra", "-I/usr/include/libusb-1.0"];

/** The program that a C file is compiled to, against libusb 1.0; compiled if this version of it is not in the cache. */
export function compiled(source) {
  const hash = createHash("sha256").update(FLAGS.join(" ")).update(readFileSync(source)).digest("hex");
  const program = path.join(CACHE, `${path.basename(source, ".c")}-${hash.slice(0, 16)}`);
  if (existsSync(program)) return program;
  mkdirSync(CACHE, { recursive: true });
  const unfinished = `${program}.${process.pid}`;
  const gcc = spawnSync("gcc", [...FLAGS, "-o", unfinished, source, "-lusb-1.0"], { encoding: "utf8" });
  if (gcc.status !== 0)
    throw new Unavailable(
      `gcc could not compile ${path.basename(source)}: ${gcc.error?.message ?? gcc.stderr}`,
    );
  renameSync(unfinished, program); // whole or not at all, also when two begin at once
  return program;
}
