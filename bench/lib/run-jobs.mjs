// node run-jobs.mjs FILE: runs the jobs in the file one after the other and prints a line of JSON for each.
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { race } from "./race.mjs";

for (const job of JSON.parse(readFileSync(process.argv[2], "utf8"))) {
  const outcome = job.rivals === undefined ? run(job) : { rivals: await race(job) };
  process.stdout.write(`${JSON.stringify(outcome)}\n`);
}

function run({ command: [program, ...words], limit = 30_000 }) {
  const begin = performance.now();
  // Synchronous: this process has the CPU of what it runs, and must not want any of it.
  const { status, signal, error, stdout, stderr } = spawnSync(program, words, {
    encoding: "utf8",
    stdio: ["ignore", "pipe", "pipe"],
    timeout: limit,
    killSignal: "SIGKILL",
    maxBuffer: 1 << 26,
  });
  const ms = performance.now() - begin;
  const why = error?.message ?? `ended with ${status ?? signal}: ${stderr.trim()}`;
  return { stdout: stdout ?? "", ms, ...(status === 0 ? {} : { failure: why }) };
}
