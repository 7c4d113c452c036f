import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { control, util } from "@tsusb/core";
import { beforeAll, describe, expect, it } from "vitest";
import { exportedNames } from "./exported-names.js";
import { PYUSB_NAMES } from "./pyusb-names.js";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const SECTIONS = sectionsOf(readFileSync(join(ROOT, "docs/migrating-from-pyusb.md"), "utf8"));
const MODULES = [
  "packages/core/src/index.ts",
  "packages/core/src/backend.ts",
  "packages/libloader/src/index.ts",
  "packages/backend-libusb1/src/index.ts",
  "packages/backend-libusb0/src/index.ts",
  "packages/backend-openusb/src/index.ts",
];
/** What is JavaScript's, and what stands for a value of the reader's own. */
const NOT_OURS = new Set(
  "None Infinity true await const for of using undefined length Map Uint8Array TypeError RangeError process env filter interface_".split(
    " ",
  ),
);

describe("docs/migrating-from-pyusb.md", () => {
  it.each(Object.entries(PYUSB_NAMES))("has every name of %s", (section, names) => {
    const there = new Set(cells(section, "PyUSB").flatMap(wordsOf));
    expect(
      names
        .trim()
        .split(/\s+/)
        .filter((name) => !there.has(name)),
    ).toEqual([]);
  });

  describe("and its other side", () => {
    let exported: ReadonlySet<string>;
    beforeAll(() => {
      exported = exportedNames(MODULES);
    }, 60_000);

    it.each(Object.keys(SECTIONS))("names in %s only what there is in tsusb", (section) => {
      expect(
        cells(section, "tsusb")
          .flatMap(wordsOf)
          .filter((word) => !isThere(word, exported)),
      ).toEqual([]);
    });

    it("finds what it says of util and control in these two", () => {
      const named = Object.keys(SECTIONS)
        .flatMap((section) => cells(section, "tsusb"))
        .flatMap((cell) => [...cell.matchAll(/\b(util|control)\.(\w+)(?![\w*])/g)]);
      expect(named.length).toBeGreaterThan(30);
      const missing = named.filter(
        ([, module, name = ""]) => !(name in (module === "util" ? util : control)),
      );
      expect(missing.map(([text]) => text)).toEqual([]);
    });

    it("would notice a name that is not there", () => {
      expect(wordsOf("`control.getStatus(device, recipient)`").every((word) => isThere(word, exported))).toBe(
        true,
      );
      for (const word of wordsOf("`getStatuses`, `REQX_*`, `TSUSB_BACKENDS`, `@tsusb/nothing`, `EWRONG`"))
        expect(isThere(word, exported), word).toBe(false);
    });
  });
});

function isThere(word: string, exported: ReadonlySet<string>): boolean {
  if (exported.has(word) || NOT_OURS.has(word)) return true;
  if (word.startsWith("@tsusb/")) return isPackageOrEntry(word);
  if (word.endsWith("*")) return [...exported].some((name) => name.startsWith(word.slice(0, -1)));
  // Codes and variables of the environment are strings, which the sources quote.
  return /^[A-Z][A-Z0-9_]+$/.test(word) && SOURCES.includes(`"${word}"`);
}

function isPackageOrEntry(name: string): boolean {
  const [, folder = "", entry] = /^@tsusb\/([^/]+)(\/.*)?$/.exec(name) ?? [];
  const manifest = join(ROOT, "packages", folder, "package.json");
  if (!existsSync(manifest)) return false;
  return entry === undefined || `.${entry}` in JSON.parse(readFileSync(manifest, "utf8")).exports;
}

const SOURCES = readdirSync(join(ROOT, "packages"))
  .map((folder) => join(ROOT, "packages", folder, "src"))
  .filter((folder) => existsSync(folder))
  .flatMap((folder) =>
    readdirSync(folder, { recursive: true, encoding: "utf8" }).map((file) => join(folder, file)),
  )
  .filter((file) => file.endsWith(".ts"))
  .map((file) => readFileSync(file, "utf8"))
  .join("\n");

/** The cells of a column, by its heading, of all tables of a section. */
function cells(section: string, heading: string): string[] {
  return (SECTIONS[section] ?? []).flatMap((table) => {
    const [head = [], , ...rows] = table;
    const column = head.indexOf(heading);
    return column < 0 ? [] : rows.map((row) => row[column] ?? "");
  });
}

/** Names within the code of a cell; quoted text is read as a name too. */
function wordsOf(cell: string): string[] {
  const code = [...cell.matchAll(/`([^`]+)`/g)].map(([, text = ""]) => text);
  return code.flatMap((text) => text.match(/@tsusb\/[\w/.-]+|[A-Za-z_]\w*\*?/g) ?? []);
}

/** By the headings of the second level: the tables, as rows of cells. */
function sectionsOf(page: string): Readonly<Record<string, readonly (readonly string[])[][]>> {
  const parts = page.split(/^## /m).slice(1);
  return Object.fromEntries(parts.map((part) => [part.split("\n")[0] ?? "", tablesOf(part)]));
}

function tablesOf(text: string): (readonly string[])[][] {
  const blocks = text.match(/(?:^\|.*\|\n)+/gm) ?? [];
  return blocks.map((block) =>
    block
      .trim()
      .split("\n")
      .map((line) =>
        line
          .slice(1, -1)
          .split("|")
          .map((cell) => cell.trim()),
      ),
  );
}
