import { cpuToUse } from "./machine.mjs";

/**
 * The command that runs another one with the highest priority, on the benchmarks' CPU: what else runs gets that CPU's
 * leavings, and would be noise.
 *
 * @param {readonly string[]} words
 * @param {object} [options]
 * @param {boolean} [options.onEveryCpu] - Whether it has every CPU instead, as on a user's machine.
 */
export function alone(words, { onEveryCpu = false } = {}) {
  const pinned = onEveryCpu ? [] : ["taskset", "-c", String(cpuToUse())];
  return { program: "nice", words: ["-n", "-20", ...pinned, ...words] };
}
