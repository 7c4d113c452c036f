import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { alone } from "./alone.mjs";
import { Unavailable } from "./unavailable.mjs";

const local = (name) => fileURLToPath(new URL(name, import.meta.url));

/**
 * A command to run on the bus, or a race: rivals that are there at the same time and measure in turn (see race.mjs).
 *
 * @typedef {object} Job
 * @property {readonly string[]} command
 * @property {number} [limit] - Milliseconds after which it is killed. Default 30,000.
 *
 * @typedef {object} Outcome
 * @property {string} stdout
 * @property {string} [failure] - Why it did not end with status 0.
 * @property {number} ms - From its start to its end.
 */

/**
 * Runs commands one after the other on one played bus; the bus and they have one CPU together unless told otherwise.
 *
 * @param {readonly Job[]} jobs
 * @param {object} [options]
 * @param {string} [options.devices] - Description file; without, the bus's default devices.
 * @param {boolean} [options.onEveryCpu]
 * @param {(outcome: Outcome, index: number) => void} [options.onOutcome] - Told of each as it ends.
 * @returns {Promise<readonly Outcome[]>} In the order of the jobs.
 */
export async function runOnBus(jobs, { devices, onEveryCpu, onOutcome } = {}) {
  const folder = mkdtempSync(path.join(tmpdir(), "tsusb-bench-"));
  try {
    const plan = path.join(folder, "jobs.json");
    writeFileSync(plan, JSON.stringify(jobs));
    const description = devices === undefined ? [] : ["--devices", devices];
    const bus = [local("../../testbed/bus/bus.mjs"), ...description, "--"];
    const command = [process.execPath, ...bus, process.execPath, local("./run-jobs.mjs"), plan];
    const { program, words } = alone(command, { onEveryCpu });
    const child = spawn(program, words, { stdio: ["ignore", "pipe", "inherit"] });
    const ended = new Promise((resolve, reject) => {
      child.once("error", reject);
      child.once("close", resolve);
    });
    const outcomes = [];
    for await (const line of createInterface({ input: child.stdout })) {
      outcomes.push(JSON.parse(line));
      onOutcome?.(outcomes[outcomes.length - 1], outcomes.length - 1);
    }
    const status = await ended;
    if (outcomes.length < jobs.length)
      throw new Unavailable(
        `the bus ended with status ${status} after ${outcomes.length} of ${jobs.length} commands`,
      );
    return outcomes;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
