// node scripts/check-examples.mjs: type-checks every ```ts block of the Markdown files and of the TSDoc in packages/*/src.
// Each block is a module of its own that compiles as it stands.
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { root, run, StepFailed } from "./workspace.mjs";

/** What an example may take for granted, as globals: the objects that its surroundings are about. */
const GIVEN = `
declare const backend: import("@tsusb/core/backend").IBackend;
declare const configuration: import("@tsusb/core").Configuration;
declare const device: import("@tsusb/core").Device;
declare const endpoint: import("@tsusb/core").Endpoint;
`;
const target = path.join(root, ".cache/examples");

rmSync(target, { recursive: true, force: true });
mkdirSync(target, { recursive: true });
const blocks = sourceFiles().flatMap(blocksOf);
if (blocks.length === 0) throw new Error("found no example at all");
for (const { file, line, text } of blocks)
  writeFileSync(path.join(target, `${file.replaceAll("/", "__")}.${line}.ts`), moduleOf(line, text));
writeFileSync(path.join(target, "given.d.ts"), GIVEN);
writeFileSync(
  path.join(target, "tsconfig.json"),
  JSON.stringify({ extends: "../../tsconfig.base.json", include: ["*.ts", "../../packages/*/src/*.d.ts"] }),
);
try {
  run(process.execPath, [path.join(root, "node_modules/typescript/bin/tsc"), "-p", target]);
} catch (error) {
  if (!(error instanceof StepFailed)) throw error;
  console.error("The file names above are source__file.LINE.ts; their line numbers are those of the source.");
  process.exit(1);
}
console.log(`${blocks.length} examples compile`);

/** Blank lines before the block make tsc's line numbers those of the file that it stands in. */
function moduleOf(line, text) {
  return `${"\n".repeat(line)}${text}\nexport {};\n`;
}

function blocksOf(file) {
  const isMarkdown = file.endsWith(".md");
  const source = readFileSync(path.join(root, file), "utf8");
  const lines = source.split("\n").map((line) => (isMarkdown ? line : line.replace(/^\s*\* ?/, "")));
  const found = [];
  for (let at = 0; at < lines.length; at += 1) {
    if (!/^\s*```(ts|typescript)\s*$/.test(lines[at])) continue;
    const end = lines.findIndex((line, index) => index > at && /^\s*```\s*$/.test(line));
    if (end === -1) throw new Error(`${file}:${at + 1}: the block has no end`);
    found.push({ file, line: at + 1, text: lines.slice(at + 1, end).join("\n") });
    at = end;
  }
  return found;
}

function sourceFiles() {
  const walk = (directory) =>
    readdirSync(path.join(root, directory), { withFileTypes: true }).flatMap((entry) => {
      const file = path.posix.join(directory, entry.name);
      if (entry.isDirectory())
        return /^(node_modules|dist|build|test|prebuilds|\..*)$/.test(entry.name) ? [] : walk(file);
      return /(\.md|\/src\/.*\.ts)$/.test(file) && entry.name !== "CHANGELOG.md" ? [file] : [];
    });
  return walk("");
}
