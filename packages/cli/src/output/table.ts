import stringWidth from "string-width";

/** One column; the last one takes what is left of the line. */
export interface Column {
  readonly title: string;
  readonly align?: "left" | "right";
}

const GAP = "  ";
/** The last column is cut to no less than this, however narrow the terminal. */
const NARROWEST = 10;

/**
 * Writes a table.
 *
 * @param columns - Of the terminal, each as wide as a Latin letter; `undefined` cuts nothing.
 * @returns Lines, each with its newline.
 */
export function table(
  heads: readonly Column[],
  rows: readonly (readonly string[])[],
  columns: number | undefined,
): string {
  const all = [heads.map(({ title }) => title), ...rows];
  const last = heads.length - 1;
  const widths = heads.map((_, index) => Math.max(...all.map((row) => stringWidth(row[index] ?? ""))));
  const before = widths.slice(0, last).reduce((sum, width) => sum + width + GAP.length, 0);
  const room = columns === undefined ? Infinity : Math.max(NARROWEST, columns - before);
  const lines = all.map((row) =>
    row
      .map((cell, index) =>
        index === last ? cut(cell, room) : pad(cell, widths[index] ?? 0, heads[index]?.align),
      )
      .join(GAP)
      .trimEnd(),
  );
  return lines.map((line) => `${line}\n`).join("");
}

function pad(cell: string, width: number, align: Column["align"]): string {
  const fill = " ".repeat(Math.max(0, width - stringWidth(cell)));
  return align === "right" ? fill + cell : cell + fill;
}

/** Cuts between characters as people see them; some are two columns wide. */
export function cut(text: string, room: number): string {
  if (stringWidth(text) <= room) return text;
  let kept = "";
  let width = 0;
  for (const { segment } of new Intl.Segmenter().segment(text)) {
    width += stringWidth(segment);
    if (width > room - 1) break;
    kept += segment;
  }
  return `${kept}…`;
}
