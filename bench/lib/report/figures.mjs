import { median } from "../statistics.mjs";

/**
 * What the rounds of one cell come to, beside those of its base. A ratio above 1 is worse than the base, whether the figures
 * are better low or high.
 *
 * @typedef {object} Figures
 * @property {number} median
 * @property {number} lowest
 * @property {number} highest
 * @property {number} [ratio] - Median of the ratios of each round to the base's same round.
 * @property {number} [ratioOfMedians]
 * @property {number} [ratioOfBest] - Of the best rounds: the minima, or the maxima where higher is better.
 *
 * @param {readonly number[]} rounds
 * @param {readonly number[] | undefined} base - The base's; without, or with another number of them, there are no ratios.
 * @param {"lower" | "higher"} better
 * @returns {Figures}
 */
export function figuresOf(rounds, base, better) {
  const figures = { median: median(rounds), lowest: Math.min(...rounds), highest: Math.max(...rounds) };
  if (base?.length !== rounds.length) return figures;
  const worse = (ours, theirs) => (better === "lower" ? ours / theirs : theirs / ours);
  const best = better === "lower" ? Math.min : Math.max;
  return {
    ...figures,
    ratio: median(rounds.map((each, round) => worse(each, base[round]))),
    ratioOfMedians: worse(figures.median, median(base)),
    ratioOfBest: worse(best(...rounds), best(...base)),
  };
}

/** Three digits that say something, and thousands set apart: `0.0412`, `13.5`, `8,130`. @param {number} value @returns {string} */
export function words(value) {
  const digits = Math.max(0, 2 - Math.floor(Math.log10(Math.abs(value) || 1)));
  return value.toLocaleString("en-US", {
    maximumFractionDigits: Math.min(digits, 4),
    minimumFractionDigits: Math.min(digits, 4),
  });
}

/** @param {number | undefined} ratio @returns {string} */
export function times(ratio) {
  return ratio === undefined ? "" : `${ratio.toFixed(2)} ×`;
}
