import { parse, resetSVGDefIds, View } from "vega";
import { compile } from "vega-lite";

/**
 * Grey that can be read on white and on black alike: nothing tells a picture on a page which theme the page has. As much
 * contrast to either is not more than this.
 */
export const INK = "#767676";
/** In turn. Each has at least three times the luminance of black pages' ground, and a third of white's. */
export const OURS = ["#1a8f4a", "#0f8c8c", "#6b8e00", "#2f8f7a", "#8a8500", "#008fb3"];
export const OTHERS = ["#767676", "#9c7440", "#d9542b", "#c9459b", "#5b7bd5", "#8f6bd1", "#b36a6a"];
const SHAPES = ["circle", "square", "diamond", "triangle-up", "triangle-down", "cross"];
const WIDTH = 520;
/** Pixels that a row of points, and a bar, are high. */
const ROW = 22;
const BAR = 15;

/**
 * Draws a group: how many times worse than C each rival is, if every row has that, else the figures themselves.
 *
 * @param {import("./groups.mjs").Group} group
 * @returns {Promise<string | undefined>} An SVG, the same for the same group; `undefined` if there is no figure to draw.
 */
export async function chartOf(group) {
  const rows = group.rows.filter(({ entries }) => entries.some(({ figures }) => figures));
  if (rows.length === 0) return undefined;
  const hasRatios = rows.every(({ entries }) => entries.some(({ figures }) => figures?.ratio !== undefined));
  const spec = hasRatios ? ratioChart(rows) : figureCharts(rows);
  // Names of parts are counted through the process, and would differ from one chart to the next.
  resetSVGDefIds();
  const view = new View(parse(compile({ ...spec, config: CONFIG, background: "transparent" }).spec), {
    renderer: "none",
  });
  try {
    return `${await view.toSVG()}\n`;
  } finally {
    view.finalize();
  }
}

/** A line for each row and a point for each rival. */
function ratioChart(rows) {
  const values = rows.flatMap(({ title, entries }) =>
    entries
      .filter(({ figures, isBase }) => figures?.ratio !== undefined && !isBase)
      .map((entry) => ({ row: title, rival: entry.title, ratio: entry.figures.ratio })),
  );
  const looks = looksOf(rows.flatMap(({ entries }) => entries));
  const present = looks.filter(({ title }) => values.some(({ rival }) => rival === title));
  const scale = (range) => ({ domain: present.map(({ title }) => title), range });
  return {
    width: WIDTH,
    height: { step: ROW },
    layer: [
      { data: { values: [{ ratio: 1 }] }, mark: { type: "rule", color: INK }, encoding: { x: ratioAxis() } },
      {
        data: { values },
        mark: { type: "point", filled: true, size: 70, opacity: 1 },
        encoding: {
          x: ratioAxis(),
          y: { field: "row", type: "nominal", sort: rows.map(({ title }) => title), title: null },
          color: {
            field: "rival",
            type: "nominal",
            title: null,
            scale: scale(present.map(({ color }) => color)),
          },
          shape: {
            field: "rival",
            type: "nominal",
            title: null,
            scale: scale(present.map(({ shape }) => shape)),
          },
        },
      },
    ],
  };
}

const ratioAxis = () => ({
  field: "ratio",
  type: "quantitative",
  scale: { type: "log", nice: false, padding: 12 },
  axis: {
    title: "times worse than C, logarithmic: the line is C, left of it is better",
    format: "~r",
    tickCount: 8,
  },
});

/** A panel for each row, since their units differ: bars of the medians, lines from the lowest to the highest round. */
function figureCharts(rows) {
  return {
    spacing: 12,
    vconcat: rows.map(({ title, unit, better, entries }) => {
      const values = entries
        .filter(({ figures }) => figures)
        .map(({ title: rival, figures }) => ({ rival, ...figures }));
      const looks = looksOf(entries);
      const y = { field: "rival", type: "nominal", sort: values.map(({ rival }) => rival), title: null };
      const colors = { domain: looks.map((each) => each.title), range: looks.map(({ color }) => color) };
      return {
        title: `${title}, ${unit}: ${better} is better`,
        width: WIDTH,
        height: { step: BAR },
        data: { values },
        encoding: { y },
        layer: [
          {
            mark: { type: "bar", height: BAR - 5 },
            encoding: {
              x: { field: "median", type: "quantitative", title: null, axis: { tickCount: 6 } },
              color: { field: "rival", type: "nominal", scale: colors, legend: null },
            },
          },
          {
            mark: { type: "rule", color: INK },
            encoding: { x: { field: "lowest", type: "quantitative" }, x2: { field: "highest" } },
          },
        ],
      };
    }),
    resolve: { scale: { x: "independent", y: "independent", color: "independent" } },
  };
}

/** Color and shape of each rival, by its place among ours or among the others. */
function looksOf(entries) {
  const rivals = new Map(entries.map(({ rival, title }) => [rival, title]));
  const isOurs = (rival) => rival.startsWith("tsusb");
  return [...rivals].map(([rival, title]) => {
    const own = [...rivals.keys()].filter((each) => isOurs(each) === isOurs(rival));
    const at = own.indexOf(rival);
    const colors = isOurs(rival) ? OURS : OTHERS;
    return { title, color: colors[at % colors.length], shape: SHAPES[at % SHAPES.length] };
  });
}

const TEXT = { labelColor: INK, titleColor: INK, titleFontWeight: "normal" };

const CONFIG = {
  font: "sans-serif",
  axis: { ...TEXT, domainColor: INK, tickColor: INK, gridColor: INK, gridOpacity: 0.25, labelLimit: 640 },
  legend: { ...TEXT, labelLimit: 240, orient: "bottom", columns: 4 },
  title: { color: INK, fontSize: 12, fontWeight: "normal", anchor: "start", frame: "group" },
  view: { stroke: null },
};
