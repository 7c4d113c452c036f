import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));

it.each(pages())("every link of %s leads to a file and a heading that are there", (page) => {
  const text = readFileSync(join(ROOT, page), "utf8");
  const broken = [...text.matchAll(/\]\(([^)\s]*)\)/g)]
    .map(([, target = ""]) => target)
    .filter((target) => !/^[a-z]+:/.test(target) && !leadsSomewhere(page, target));
  expect(broken).toEqual([]);
});

it("docs/errors.md explains every code that there is, and no other", () => {
  const source = readFileSync(join(ROOT, "packages/core/src/errors/codes.ts"), "utf8");
  const codes = [...source.matchAll(/^ {2}\| "(\w+)"/gm)].map(([, code]) => code);
  const page = readFileSync(join(ROOT, "docs/errors.md"), "utf8");
  const explained = [...page.matchAll(/^\| `([A-Z_]+)` \|/gm)].map(([, code]) => code);
  expect(explained.sort()).toEqual(codes.sort());
  expect(codes).toContain("ETIMEDOUT");
});

function leadsSomewhere(page: string, target: string): boolean {
  const [path = "", heading] = target.split("#");
  const file = path === "" ? join(ROOT, page) : join(ROOT, dirname(page), path);
  if (!existsSync(file)) return false;
  return heading === undefined || headings(file).includes(heading);
}

/** Anchors as GitHub makes them. */
function headings(file: string): string[] {
  const lines = readFileSync(file, "utf8").replace(/^```.*?^```/gms, "");
  return [...lines.matchAll(/^#+ (.*)$/gm)].map(([, title = ""]) =>
    title
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, "")
      .replaceAll(" ", "-"),
  );
}

function pages(): string[] {
  const homes = [".", "docs", "examples", ...["packages", "testbed", "examples"].flatMap(foldersOf), "bench"];
  return homes.flatMap((home) =>
    existsSync(join(ROOT, home))
      ? readdirSync(join(ROOT, home))
          .filter((name) => name.endsWith(".md") && name !== "CHANGELOG.md")
          .map((name) => join(home, name))
      : [],
  );
}

function foldersOf(home: string): string[] {
  return readdirSync(join(ROOT, home), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => join(home, name));
}
