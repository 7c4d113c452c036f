import { fileURLToPath } from "node:url";

/** The path of one of the programs that the checks run. */
export function program(name) {
  return fileURLToPath(new URL(`../programs/${name}`, import.meta.url));
}

/** What a program printed. @param {import("./bus.mjs").Outcome} outcome */
export function printed({ stdout, failure }) {
  if (failure !== undefined) throw new Error(failure);
  return JSON.parse(stdout);
}
