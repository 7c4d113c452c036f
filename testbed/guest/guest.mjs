#!/usr/bin/env node
// guest: runs one command in a Linux guest that has a real USB stack. README.md beside this file tells all.
import { execute } from "./lib/execute.mjs";
import { parseOptions, UsageError, usage } from "./lib/options.mjs";
import { GuestError, SetupError } from "./lib/setup-error.mjs";

try {
  const options = parseOptions(process.argv.slice(2), process.cwd());
  if (options.help) process.stdout.write(usage);
  else process.exitCode = await execute(options);
} catch (error) {
  if (!(error instanceof UsageError || error instanceof SetupError || error instanceof GuestError))
    throw error;
  process.stderr.write(`guest: ${error.message}\n`);
  process.exitCode = error.exitStatus;
}
