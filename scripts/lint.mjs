// node scripts/lint.mjs [--write]: biome over everything, clang-format over C and C++.
import { readdirSync } from "node:fs";
import path from "node:path";
import { ensureCommands, onPath } from "./apt.mjs";
import { root, run } from "./workspace.mjs";

const write = process.argv.includes("--write");
const biome = path.join(root, "node_modules/@biomejs/biome/bin/biome");
const failures = [];
const attempt = (step) => {
  try {
    step();
  } catch (error) {
    failures.push(error.message);
  }
};

attempt(() =>
  run(process.execPath, [biome, "check", "--error-on-warnings", ...(write ? ["--write"] : []), root]),
);
const sources = cSources(root);
if (sources.length > 0)
  attempt(() => run(clangFormat(), [...(write ? ["-i"] : ["--dry-run", "-Werror"]), ...sources]));
for (const failure of failures) console.error(`lint: ${failure}`);
process.exit(failures.length === 0 ? 0 : 1);

/** Another version formats differently: 19 is the one. */
function clangFormat() {
  const exact = "clang-format-19";
  if (process.platform === "linux") ensureCommands(new Map([[exact, exact]]));
  const found = onPath(exact) ?? onPath("clang-format");
  if (found === undefined) throw new Error("not found: clang-format (version 19)");
  return found;
}

function cSources(directory) {
  return readdirSync(directory, { withFileTypes: true }).flatMap((entry) => {
    if (entry.name.startsWith(".") || ["node_modules", "dist", "build"].includes(entry.name)) return [];
    const file = path.join(directory, entry.name);
    if (entry.isDirectory()) return cSources(file);
    return /\.(c|cc|h)$/.test(entry.name) ? [file] : [];
  });
}
