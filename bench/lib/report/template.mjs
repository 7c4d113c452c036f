import { readFileSync } from "node:fs";

/**
 * Fills the places `{{name}}` of a template beside this file.
 *
 * @param {"performance" | "run" | "group"} name
 * @param {Readonly<Record<string, string>>} texts - One for each place. An empty one takes its paragraph with it.
 * @returns {string} Ends with one line feed.
 * @throws Error if a place has no text, or a text no place.
 */
export function fill(name, texts) {
  const template = readFileSync(new URL(`${name}.md`, import.meta.url), "utf8");
  const unused = new Set(Object.keys(texts));
  const filled = template.replace(/\{\{(\w+)\}\}/g, (_, place) => {
    if (!Object.hasOwn(texts, place)) throw new Error(`${name}.md has a place ${place} and no text for it`);
    unused.delete(place);
    return texts[place];
  });
  if (unused.size > 0) throw new Error(`${name}.md has no place for ${[...unused].join(", ")}`);
  return `${filled.replace(/\n{3,}/g, "\n\n").trimEnd()}\n`;
}
