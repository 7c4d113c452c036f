import { median } from "../lib/statistics.mjs";
import { kind } from "./solo.mjs";

const AGAIN = 5;

/**
 * What listing takes the first time, and again. Importing belongs to the first time: some do then what others do when they
 * are first asked.
 *
 * @param {() => Promise<() => number | Promise<number>>} load - Imports what lists, and gives what says how many devices of
 *   the vendor's were found.
 * @returns {Promise<{ cold: number, warm: number }>} Milliseconds; `warm` is the median of five.
 */
export async function timesOf(load) {
  const times = [];
  let list;
  for (let left = 1 + AGAIN; left > 0; left--) {
    const begin = performance.now();
    list ??= await load();
    const count = await list();
    times.push(performance.now() - begin);
    if (count !== Number(kind)) throw new Error(`${count} devices were found instead of ${kind}`);
  }
  return { cold: times[0], warm: median(times.slice(1)) };
}
