#!/usr/bin/env node
// Runs a command where the kernel seems to have USB devices; see README.md.
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { constants } from "node:os";
import { daemonPath, Unavailable } from "./build.mjs";
import { describeAll } from "./describe.mjs";

const EX_USAGE = 64;
const EX_DATAERR = 65;
const EX_UNAVAILABLE = 69;

const HELP = `usage: node testbed/bus/bus.mjs [--devices FILE]… [--empty] [--] COMMAND [ARGUMENT…]
       npm run bus -- [--devices FILE]… [--empty] [--] COMMAND [ARGUMENT…]

Runs COMMAND on a played USB bus: usbfs and sysfs of its own, in which the devices described
in the files are plugged. stdin, stdout, stderr and the exit status are COMMAND's.

  --devices FILE  a JSON file of devices; can be given several times (default: default.json)
  --empty         a bus with nothing plugged
  --help          this text

Inside, TSUSB_BUS_SOCKET names the socket on which faults, plugs and unplugs are commanded.
Exit status 69 if this machine cannot do it: needs Linux, root and /dev/fuse.
`;

/** @param {number} status @param {string} message @returns {never} */
function fail(status, message) {
  process.stderr.write(`tsusb bus: ${message}\n`);
  process.exit(status);
}

/** @param {string[]} words */
function parse(words) {
  const files = [];
  let empty = false;
  let at = 0;
  for (; words[at]?.startsWith("-"); at++) {
    const word = words[at];
    if (word === "--") {
      at++;
      break;
    }
    if (word === "--help" || word === "-h") {
      process.stdout.write(HELP);
      process.exit(0);
    } else if (word === "--empty") {
      empty = true;
    } else if (word === "--devices" && words[at + 1] !== undefined) {
      files.push(words[++at]);
    } else if (word?.startsWith("--devices=")) {
      files.push(word.slice("--devices=".length));
    } else {
      fail(EX_USAGE, `${word}: no such option, or its file is missing; see --help`);
    }
  }
  const command = words.slice(at);
  if (command.length === 0) fail(EX_USAGE, "no command; see --help");
  if (files.length === 0 && !empty) files.push(new URL("./devices/default.json", import.meta.url));
  return { files, command };
}

/** @param {string | URL | undefined} file */
function readDevices(file) {
  try {
    return JSON.parse(readFileSync(/** @type {string} */ (file), "utf8"));
  } catch (error) {
    fail(EX_DATAERR, `${file}: ${error instanceof Error ? error.message : error}`);
  }
}

function requireMachine() {
  if (process.platform !== "linux") fail(EX_UNAVAILABLE, `needs Linux, this is ${process.platform}`);
  if (process.getuid?.() !== 0) fail(EX_UNAVAILABLE, "needs root, to mount file systems; run it by sudo");
}

const { files, command } = parse(process.argv.slice(2));
requireMachine();
let text = "";
try {
  text = describeAll(files.map(readDevices));
} catch (error) {
  fail(EX_DATAERR, `${files.join(", ")}: ${error instanceof Error ? error.message : error}`);
}
let daemon = "";
try {
  daemon = daemonPath();
} catch (error) {
  if (error instanceof Unavailable) fail(EX_UNAVAILABLE, error.message);
  throw error;
}

const child = spawn(daemon, command, { stdio: ["inherit", "inherit", "inherit", "pipe"] });
for (const signal of /** @type {const} */ (["SIGINT", "SIGTERM", "SIGHUP", "SIGQUIT", "SIGUSR2"])) {
  // A terminal's signals go to the whole group, so the command has its own already.
  const fromTerminal = process.stdin.isTTY && (signal === "SIGINT" || signal === "SIGQUIT");
  process.on(signal, () => fromTerminal || child.kill(signal));
}
child.on("error", (error) => fail(EX_UNAVAILABLE, error.message));
child.on("exit", (status, signal) =>
  process.exit(status ?? 128 + (constants.signals[signal ?? "SIGKILL"] ?? 0)),
);
const description = /** @type {import("node:stream").Writable} */ (child.stdio[3]);
description.on("error", () => {}); // the daemon that does not read it says why by its exit status
description.end(text);
