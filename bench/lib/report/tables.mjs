import { times, words } from "./figures.mjs";

/**
 * A group in short: a line for each row, a column for each rival that has a figure in any of them.
 *
 * @param {import("./groups.mjs").Group} group
 * @returns {string} Markdown.
 */
export function overviewTable({ rows }) {
  const rivals = new Map(
    rows.flatMap(({ entries }) =>
      entries.filter(({ figures }) => figures).map(({ rival, title }) => [rival, title]),
    ),
  );
  return markdownTable(
    ["", ...rivals.values()],
    rows.map((row) => {
      const best = bestOf(row);
      const cells = [...rivals.keys()].map((rival) => {
        const entry = row.entries.find((each) => each.rival === rival);
        const text = shortOf(entry);
        return entry !== undefined && entry === best ? `**${text}**` : text;
      });
      return [`${row.title}, ${row.unit}${row.better === "higher" ? " (higher is better)" : ""}`, ...cells];
    }),
  );
}

/**
 * Who has no figure in the whole group, and why.
 *
 * @param {import("./groups.mjs").Group} group
 * @returns {string} Markdown, a line for each; empty if there is none.
 */
export function absentees({ rows }) {
  const entries = rows.flatMap((row) => row.entries);
  const present = new Set(entries.filter(({ figures }) => figures).map(({ rival }) => rival));
  const lines = entries
    .filter(({ rival }) => !present.has(rival))
    .map((entry) => `- ${entry.title} ${inOneCell(whyNot(entry))}`);
  return [...new Set(lines)].join("\n");
}

/**
 * Everything that is known of a group.
 *
 * @param {import("./groups.mjs").Group} group
 * @param {readonly import("../checks.mjs").Verdict[]} verdicts
 * @returns {string} Markdown.
 */
export function fullTable({ rows }, verdicts) {
  const heading = ["", "median", "lowest", "highest", "ratio", "of medians", "of best rounds"];
  const lines = rows.flatMap((row) => [
    [`**${row.title}, ${row.unit}**${boundsOf(row, verdicts)}`, ...heading.slice(1).map(() => "")],
    ...row.entries.map((entry) => [entry.title, ...columnsOf(entry)]),
  ]);
  return markdownTable(heading, lines);
}

/**
 * @param {readonly import("../checks.mjs").Verdict[]} verdicts
 * @returns {string} Markdown.
 */
export function boundsTable(verdicts) {
  return markdownTable(
    ["what", "bound", "figure", "kept"],
    verdicts.map(({ what, bound, figure, isKept }) => [what, bound, figure, isKept ? "yes" : "**no**"]),
  );
}

/** The best of a row that nobody else is measured against. */
function bestOf({ entries, better }) {
  const others = entries.filter(({ figures, isBase }) => figures !== undefined && !isBase);
  const order = better === "lower" ? 1 : -1;
  return others.sort((a, b) => order * (a.figures.median - b.figures.median))[0];
}

function shortOf(entry) {
  if (entry === undefined) return "";
  if (entry.figures === undefined) return whyNot(entry).split(":")[0];
  const { median, ratio } = entry.figures;
  return ratio === undefined || entry.isBase ? words(median) : `${words(median)} (${times(ratio)})`;
}

function columnsOf(entry) {
  if (entry.figures === undefined) return [whyNot(entry), "", "", "", "", ""];
  const { median, lowest, highest, ratio, ratioOfMedians, ratioOfBest } = entry.figures;
  return [...[median, lowest, highest].map(words), ...[ratio, ratioOfMedians, ratioOfBest].map(times)];
}

function whyNot({ cannot, cut, failure }) {
  if (cannot !== undefined) return `cannot: ${cannot}`;
  return cut === undefined ? `failed: ${failure}` : `cut at ${cut} s`;
}

function boundsOf({ name }, verdicts) {
  return verdicts
    .filter(({ workload }) => workload === name)
    .map(({ what, bound, isKept }) => `<br>${what}: ${bound}, ${isKept ? "kept" : "**not kept**"}`)
    .join("");
}

function markdownTable(heading, lines) {
  const line = (cells) => `| ${cells.map(inOneCell).join(" | ")} |`;
  return [
    line(heading),
    line(heading.map((_, column) => (column === 0 ? "---" : "---:"))),
    ...lines.map(line),
  ].join("\n");
}

/** Text of others, such as an error's, must end neither the cell nor the line. */
function inOneCell(text) {
  return text.replaceAll("|", "\\|").replace(/\s*\n\s*/g, " ");
}
