import { chartOf } from "./charts.mjs";
import { groupsOf } from "./groups.mjs";
import { absentees, boundsTable, fullTable, overviewTable } from "./tables.mjs";
import { fill } from "./template.mjs";

/** Headings of the runs, and what stands before the names of their charts. */
const PLACES = {
  bus: { title: "On the played bus", prefix: "" },
  guest: { title: "In the guest", prefix: "guest-" },
};

/**
 * Makes the page of these runs.
 *
 * @param {readonly import("../results.mjs").Results[]} runs - At most one of each place.
 * @param {string} folder - Where the charts will lie, as the page names it.
 * @returns {Promise<{ page: string, charts: ReadonlyMap<string, string> }>} Markdown, and SVGs by file name.
 */
export async function pageOf(runs, folder) {
  const charts = new Map();
  const texts = [];
  for (const results of runs) {
    const { title, prefix } = PLACES[results.where];
    const groups = [];
    for (const group of groupsOf(results)) {
      const chart = await chartOf(group);
      const file = `${prefix}${group.slug}.svg`;
      if (chart !== undefined) charts.set(file, chart);
      groups.push(
        fill("group", {
          name: results.where === "bus" ? group.name : `${group.name}, ${title.toLowerCase()}`,
          chart: chart === undefined ? "" : `![${group.name}](${folder}/${file})`,
          overview: overviewTable(group),
          absentees: absentees(group),
          full: fullTable(group, results.verdicts),
        }),
      );
    }
    texts.push(
      fill("run", {
        where: title,
        rounds: String(results.rounds),
        seconds: String(results.seconds),
        date: results.date.slice(0, 10),
        machine: machineList(results.machine),
        groups: groups.join("\n"),
        bounds: results.verdicts.length === 0 ? "This run checked none." : boundsTable(results.verdicts),
      }),
    );
  }
  return { page: fill("performance", { runs: texts.join("\n") }), charts };
}

function machineList(machine) {
  return Object.entries(machine)
    .map(([name, value]) => `- ${name}: ${Array.isArray(value) ? value.join(", ") : value}`)
    .join("\n");
}
