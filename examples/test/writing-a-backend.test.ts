import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const PACKAGE = join(ROOT, "examples/custom-backend");
const page = readFileSync(join(ROOT, "docs/writing-a-backend.md"), "utf8");

/** What stands between fences, and behind the opening one: its language and the file that it is out of. */
const blocks = [...page.matchAll(/^```([^\n]*)\n(.*?)^```$/gms)].map(([, info = "", text = ""]) => {
  const [language = "", file = ""] = info.split(" ");
  return { language, file, text };
});

it.each(blocks)("the block out of $file stands there as it is: $text", ({ language, file, text }) => {
  expect(file).toMatch(/^(package\.json|(src|test)\/[\w.-]+\.ts)$/);
  expect(file.endsWith(`.${language}`)).toBe(true);
  expect(readFileSync(join(PACKAGE, file), "utf8")).toContain(text);
});

it("every file of the package is quoted", () => {
  const files = ["src", "test"].flatMap((folder) =>
    readdirSync(join(PACKAGE, folder)).map((name) => `${folder}/${name}`),
  );
  expect([...new Set(blocks.map(({ file }) => file))].sort()).toEqual(["package.json", ...files].sort());
});

it("every method that must be written is in the table, and no other", () => {
  const contract = readFileSync(join(ROOT, "packages/core/src/contract/backend.ts"), "utf8");
  const required = [...contract.matchAll(/^ {2}abstract (?:readonly )?(\w+)/gm)].map(([, name]) => name);
  const [, table = ""] = page.split("## 4. What must be written");
  const rows = table.slice(0, table.indexOf("[`IBackend`]")).matchAll(/^\| (`.*?`) \|/gm);
  const named = [...rows].flatMap(([, cell = ""]) => [...cell.matchAll(/`(\w+)/g)].map(([, name]) => name));
  expect(named.sort()).toEqual(required.sort());
  expect(required).toContain("submit");
});

it("names the backends whose names are taken", () => {
  const known = readFileSync(join(ROOT, "packages/core/src/selection/known-backends.ts"), "utf8");
  const ours = [...known.matchAll(/^ {2}\["(\w+)", "@tsusb/gm)].map(([, name]) => name);
  const onlyByName = /ONLY_BY_NAME.*new Set\(\[(.*)\]\)/.exec(known)?.[1]?.match(/\w+/g) ?? [];
  const names = [...new Set([...ours, ...onlyByName])].map((name) => `\`${name}\``);
  expect(page).toContain(`${names.slice(0, -1).join(", ")} and ${names.at(-1)} are taken`);
});
