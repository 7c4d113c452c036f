import { mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { UsageError } from "../arguments.mjs";
import { readResults } from "../results.mjs";
import { pageOf } from "./page.mjs";

const PAGE = "performance.md";
const CHARTS = "performance";

/**
 * Writes `performance.md` and its charts, and removes those of an earlier page.
 *
 * @param {readonly string[]} files - What `--json` has written: one run on the played bus, one in the guest, or both.
 * @param {string} folder - Where the page goes.
 * @returns {Promise<readonly string[]>} Paths of what was written.
 */
export async function writeReport(files, folder) {
  const runs = files.map(readResults);
  const places = runs.map(({ where }) => where);
  const twice = places.find((where, at) => places.indexOf(where) !== at);
  if (twice) throw new UsageError(`--report: two of the files are of the ${twice}; name one`);
  const { page, charts } = await pageOf(runs, CHARTS);
  const chartFolder = path.join(folder, CHARTS);
  mkdirSync(chartFolder, { recursive: true });
  for (const file of readdirSync(chartFolder))
    if (file.endsWith(".svg")) rmSync(path.join(chartFolder, file));
  const written = [
    [path.join(folder, PAGE), page],
    ...[...charts].map(([file, svg]) => [path.join(chartFolder, file), svg]),
  ];
  for (const [file, text] of written) writeFileSync(file, text);
  return written.map(([file]) => file);
}
