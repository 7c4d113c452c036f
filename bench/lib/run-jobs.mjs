// node run-jobs.mjs FILE: runs the jobs in the file one after the other and prints a line of JSON for each.
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";

for (const { command, limit = 30_000 } of JSON.parse(readFileSync(process.argv[2], "utf8"))) {
  const [program, ...words] = command;
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
  const failure =
    status === 0 ? undefined : (error?.message ?? `ended with ${status ?? signal}: ${stderr.trim()}`);
  process.stdout.write(`${JSON.stringify({ stdout: stdout ?? "", failure, ms })}\n`);
}
