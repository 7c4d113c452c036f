#!/usr/bin/env node
// npm run soak [-- --minutes N]: one stream for ten minutes, and whether the process stays as large as it was; see README.md.
import { parseArgs } from "node:util";
import { SingleBar } from "cli-progress";
import { UsageError } from "./lib/arguments.mjs";
import { judgeSoak, MOST, runSoak } from "./lib/soak.mjs";

const BACKENDS = ["libusb1", "libusb0"];
const HELP = `usage: npm run soak -- [OPTION…]

Reads one stream at full rate on the played bus, checks each byte and looks at the memory of the process. Ends with a line
of the figures; exit status 1 if memory was not flat within ${MOST / 1e6} MB, or a byte was wrong. Needs Linux, root and /dev/fuse.

  --minutes N     how long (default 10); the first minute is the warm-up, or the first fifth of less than five
  --backend NAME  ${BACKENDS.join(" or ")} (default ${BACKENDS[0]})
  --help          this text
`;

try {
  const options = readArguments(process.argv.slice(2));
  if (options.help) process.stdout.write(HELP);
  else await main(options);
} catch (error) {
  process.stderr.write(`soak: ${error.message}\n`);
  process.exitCode = error.exitStatus ?? 1;
}

async function main({ backend, seconds }) {
  const bar = new SingleBar({
    stream: process.stderr,
    format: "{bar} {value}/{total} s: {rate} MB/s, {rss} MB resident",
    clearOnComplete: true,
    hideCursor: true,
    // Where stderr is no terminal, a line each minute.
    noTTYOutput: true,
    notTTYSchedule: 60_000,
  });
  bar.start(Math.round(seconds), 0, { rate: "…", rss: "…" });
  try {
    const samples = await runSoak({
      backend,
      seconds,
      onSample: ({ seconds: at, bytes, rss }) =>
        bar.update(Math.round(at), { rate: (bytes / at / 1e6).toFixed(0), rss: (rss / 1e6).toFixed(1) }),
    });
    bar.stop();
    const { figure, isFlat } = judgeSoak(samples, seconds);
    process.stdout.write(`${backend}: ${figure}\n`);
    if (!isFlat) process.exitCode = 1;
  } finally {
    // Until it is stopped, its timer keeps the process alive.
    bar.stop();
  }
}

function readArguments(words) {
  const { help, minutes, backend } = parsed(words);
  const number = minutes.trim() === "" ? Number.NaN : Number(minutes);
  if (!(number >= 0.05 && number <= 1440))
    throw new UsageError(`--minutes: ${JSON.stringify(minutes)} is not a number from 0.05 to 1440`);
  if (!BACKENDS.includes(backend))
    throw new UsageError(
      `--backend: there is no ${JSON.stringify(backend)}; there are ${BACKENDS.join(", ")}`,
    );
  return { help, backend, seconds: number * 60 };
}

function parsed(words) {
  try {
    return parseArgs({
      args: [...words],
      options: {
        minutes: { type: "string", default: "10" },
        backend: { type: "string", default: BACKENDS[0] },
        help: { type: "boolean", default: false, short: "h" },
      },
    }).values;
  } catch (error) {
    throw new UsageError(`${error.message}; see --help`);
  }
}
