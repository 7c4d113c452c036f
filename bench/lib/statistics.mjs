/** The middle value, or the mean of the two in the middle. @param {readonly number[]} values @returns {number} */
export function median(values) {
  const sorted = sortedOf(values);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/**
 * The smallest value that at least `percent` of the values do not exceed.
 *
 * @param {readonly number[]} values
 * @param {number} percent - Above 0, at most 100.
 * @returns {number}
 */
export function percentile(values, percent) {
  if (!(percent > 0 && percent <= 100)) throw new RangeError(`percent is ${percent}; it must be in (0, 100]`);
  const sorted = sortedOf(values);
  return sorted[Math.ceil((sorted.length * percent) / 100) - 1];
}

/**
 * What the rounds say of one rival in one workload, beside those of the rival that it is measured against.
 *
 * @param {readonly number[]} values - Microseconds, one for each round.
 * @param {readonly number[] | undefined} base - The same of the base; `undefined` if it was not run.
 * @returns {{ median: number, minimum: number, maximum: number, ratio?: number, ratioOfMinima?: number }}
 */
export function summarise(values, base) {
  const minimum = Math.min(...values);
  const summary = { median: median(values), minimum, maximum: Math.max(...values) };
  if (base === undefined) return summary;
  return { ...summary, ratio: summary.median / median(base), ratioOfMinima: minimum / Math.min(...base) };
}

function sortedOf(values) {
  if (values.length === 0) throw new RangeError("there are no values");
  return [...values].sort((a, b) => a - b);
}
