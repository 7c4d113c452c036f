// node scripts/siblings.mjs: the files that one native backend has and another has not, and the reason that ARCHITECTURE.md
// gives for each. One without a reason is a failure: a diff between two of them shall show only what differs between the
// C libraries.
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { root } from "./workspace.mjs";

export const BACKENDS = ["libusb1", "libusb0", "openusb"];

/** Where ARCHITECTURE.md gives the reasons: a table whose first column is the file, as `siblings` names it. */
const SECTION = "## Files that only some native backends have";

/**
 * Every file of `src` and `native` that not all of them have. A header and its source are one file here.
 *
 * @returns {readonly { file: string, in: readonly string[], reason: string | undefined }[]}
 */
export function siblings(directory = root) {
  const reasons = readReasons(readFileSync(path.join(directory, "ARCHITECTURE.md"), "utf8"));
  const files = new Map();
  for (const backend of BACKENDS)
    for (const file of filesOf(path.join(directory, `packages/backend-${backend}`)))
      files.set(file, [...(files.get(file) ?? []), backend]);
  const odd = [...files].filter(([, having]) => having.length < BACKENDS.length);
  return odd
    .map(([file, having]) => ({ file, in: having, reason: reasons.get(file) }))
    .sort((a, b) => (a.file < b.file ? -1 : 1));
}

/** Reasons for files that are no longer odd, or no longer there. */
export function staleReasons(directory = root) {
  const odd = new Set(siblings(directory).map(({ file }) => file));
  const reasons = readReasons(readFileSync(path.join(directory, "ARCHITECTURE.md"), "utf8"));
  return [...reasons.keys()].filter((file) => !odd.has(file));
}

function filesOf(directory) {
  return ["src", "native"].flatMap((folder) => {
    const names = readdirSync(path.join(directory, folder), { withFileTypes: true })
      .filter((entry) => entry.isFile() && entry.name !== "binding.gyp")
      .map(({ name }) => name.replace(/\.(ts|cc|h)$/, ""));
    return [...new Set(names)].map((name) => `${folder}/${name}`);
  });
}

function readReasons(text) {
  const section = text.split(SECTION)[1]?.split("\n## ")[0] ?? "";
  const rows = section.split("\n").filter((line) => line.startsWith("| `"));
  return new Map(
    rows.flatMap((row) => {
      const [, files = "", , reason = ""] = row.split("|").map((cell) => cell.trim());
      return [...files.matchAll(/`([^`]+)`/g)].map(([, file]) => [file, reason]);
    }),
  );
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const odd = siblings();
  const width = Math.max(0, ...odd.map(({ file }) => file.length));
  for (const { file, in: having, reason } of odd)
    console.log(`${file.padEnd(width)}  ${having.join(", ").padEnd(16)}  ${reason || "NO REASON GIVEN"}`);
  const stale = staleReasons();
  for (const file of stale) console.log(`${file.padEnd(width)}  ARCHITECTURE.md gives a reason for nothing`);
  process.exit(odd.some(({ reason }) => !reason) || stale.length > 0 ? 1 : 0);
}
