/**
 * One run of the conformance suite, as `@tsusb/conformance` writes it to TSUSB_CONFORMANCE_REPORT, with its lane.
 *
 * @typedef {object} ConformanceRow
 * @property {string} lane
 * @property {"contract" | "API"} half
 * @property {string} backend
 * @property {string} library - Name and version of the library, or version of the package.
 * @property {string} device
 * @property {number} run
 * @property {number} passed
 * @property {readonly string[]} notSupported - Names of cases, each behind its topic.
 * @property {number} notOnThisDevice
 */

/** Reads the lines of one lane. @param {string} lane @param {string} lines @returns {ConformanceRow[]} */
export function readRows(lane, lines) {
  return lines
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => ({ lane, ...JSON.parse(line) }));
}

/**
 * Lays all runs out as one table; below it each case that some backend does not support, with those that do not.
 *
 * @param {readonly ConformanceRow[]} rows
 * @returns {string} Empty without a row.
 */
export function conformanceTable(rows) {
  if (rows.length === 0) return "";
  const head = [
    "lane",
    "backend",
    "library",
    "device",
    "half",
    "run",
    "passed",
    "not supported",
    "not on this device",
  ];
  const cells = rows.map((row) => [
    row.lane,
    row.backend,
    row.library,
    row.device,
    row.half,
    String(row.run),
    String(row.passed),
    String(row.notSupported.length),
    String(row.notOnThisDevice),
  ]);
  const widths = head.map((title, at) => Math.max(title.length, ...cells.map((line) => line[at].length)));
  const lines = [head, ...cells].map((line) =>
    line.map((text, at) => (at < 5 ? text.padEnd(widths[at]) : text.padStart(widths[at]))).join("  "),
  );
  return [...lines, ...notSupported(rows)].join("\n");
}

/** The cases left out, each once. @param {readonly ConformanceRow[]} rows @returns {string[]} */
function notSupported(rows) {
  const backends = new Map();
  for (const row of rows)
    for (const name of row.notSupported) {
      const without = backends.get(name) ?? new Set();
      backends.set(name, without.add(`${row.backend} ${row.library}`.trim()));
    }
  return [...backends].map(([name, without]) => `not supported  ${name}  (${[...without].join(", ")})`);
}
