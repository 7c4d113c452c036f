import { cpuToUse } from "./machine.mjs";

/**
 * The command that runs another one on the benchmarks' CPU, with the highest priority: what else runs gets that CPU's
 * leavings, and would be noise.
 *
 * @param {readonly string[]} words
 */
export function alone(words) {
  return { program: "nice", words: ["-n", "-20", "taskset", "-c", String(cpuToUse()), ...words] };
}
