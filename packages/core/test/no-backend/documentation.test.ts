import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";

const page = readFileSync(fileURLToPath(new URL("../../../../docs/errors.md", import.meta.url)), "utf8");
const source = readFileSync(fileURLToPath(new URL("../../src/errors/attempts.ts", import.meta.url)), "utf8");

it("docs/errors.md shows messages as programs print them", () => {
  const folder = fileURLToPath(new URL("messages/", import.meta.url));
  const messages = readdirSync(folder).map((name) => readFileSync(`${folder}${name}`, "utf8"));
  const shown = [...page.matchAll(/^```text\n(.*?)^```$/gms)].map(([, text = ""]) => text);
  expect(shown.length).toBeGreaterThanOrEqual(4);
  for (const text of shown) expect(messages).toContain(text);
});

it.each(["outcome", "reason"])("docs/errors.md explains every %s that an attempt can have", (field) => {
  const [, type = ""] = new RegExp(`readonly ${field}:([^;]+);`).exec(source) ?? [];
  const values = [...type.matchAll(/"([a-z-]+)"/g)].map(([, value = ""]) => value);
  expect(values.length).toBeGreaterThan(4);
  // A library that was loaded is no reason for a failure.
  for (const value of values.filter((each) => each !== "loaded"))
    expect(page).toContain(`\n| \`${value}\` |`);
});
