import { closeSync, openSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { finished } from "node:stream/promises";
import { answer } from "./host-requests.mjs";
import { ensureImage } from "./image.mjs";
import { acceptOne, readLines } from "./line-channel.mjs";
import { ports, startMachine } from "./machine.mjs";
import { ensurePackages } from "./packages.mjs";
import { Qmp } from "./qmp.mjs";
import { makeRunFolder } from "./run-folder.mjs";
import { GuestError } from "./setup-error.mjs";

/**
 * Runs the command of `options` in a guest, with its output on this process's stdout and stderr.
 *
 * @returns The exit status of the command.
 * @throws SetupError if the machine lacks something; GuestError if the guest did not get to the command's end.
 */
export async function execute(options) {
  const started = performance.now();
  const tell = (what) => {
    if (options.times)
      process.stderr.write(`guest: ${((performance.now() - started) / 1000).toFixed(2)} s ${what}\n`);
  };
  ensurePackages();
  const image = ensureImage();
  if (options.check) return 0;
  const folder = makeRunFolder(options, image);
  const remove = () => rmSync(folder, { recursive: true, force: true });
  process.once("exit", remove);
  try {
    tell("QEMU starts");
    return await runMachine(options, image, folder, tell);
  } finally {
    tell("end");
    remove();
    process.off("exit", remove);
  }
}

async function runMachine(options, image, folder, tell) {
  const stop = new AbortController();
  const sockets = Promise.all(["qmp", ...ports].map((name) => acceptOne(join(folder, name), stop.signal)));
  sockets.catch(() => {});
  const log = openSync(join(folder, "qemu.log"), "w");
  const machine = startMachine(options, image, folder, log);
  closeSync(log);
  const ended = new Promise((resolve) => {
    machine.once("error", (error) => resolve(`QEMU does not start: ${error.message}`));
    machine.once("exit", (code, signal) =>
      resolve(`the guest ended before the command did (QEMU: ${signal ?? code})`),
    );
  });
  const timer = setTimeout(() => stop.abort(`no end after ${options.timeout} s`), options.timeout * 1000);
  const onSignal = (signal) => {
    machine.kill("SIGKILL");
    process.exit(signal === "SIGINT" ? 130 : 143);
  };
  process.once("SIGINT", onSignal).once("SIGTERM", onSignal);
  const aborted = new Promise((resolve) =>
    stop.signal.addEventListener("abort", () => resolve(stop.signal.reason)),
  );
  try {
    const outcome = await Promise.race([converse(sockets, folder, tell), ended, aborted]);
    if (typeof outcome === "number") return outcome;
    throw new GuestError(`${outcome}\n${lastWords(folder)}`);
  } finally {
    clearTimeout(timer);
    stop.abort("over");
    machine.kill("SIGKILL");
    await ended;
    if (options.console) process.stderr.write(readFileSync(join(folder, "console.log")));
    process.off("SIGINT", onSignal).off("SIGTERM", onSignal);
  }
}

// Resolves to the command's exit status, when all of its output has been written here, or to what went wrong.
async function converse(sockets, folder, tell) {
  const [qmpSocket, stdout, stderr, status, host] = await sockets;
  const qmp = new Qmp(qmpSocket);
  forward(stdout, process.stdout);
  forward(stderr, process.stderr);
  for (const socket of [status, host]) socket.on("error", () => {});
  readLines(host, async (line) => host.write(`${await answer(line, qmp, folder)}\n`));
  const result = await new Promise((resolve) => {
    readLines(status, (line) => {
      const [word, ...rest] = line.split(" ");
      if (word === "at") tell(rest.join(" "));
      else if (word === "exit") resolve(Number(rest[0]));
      else resolve(rest.join(" "));
    });
  });
  tell("the command ended");
  if (typeof result !== "number") return result;
  // QEMU has handed over all output by now; when it ends, the sockets end after the last byte.
  qmp.execute("quit").catch(() => {});
  await Promise.all([finished(stdout, { writable: false }), finished(stderr, { writable: false })]);
  return result;
}

// A reader that goes away, as `head` does, ends the run as it would end the command.
function forward(socket, stream) {
  stream.on("error", () => process.kill(process.pid, "SIGTERM"));
  socket.on("data", (bytes) => {
    if (stream.write(bytes)) return;
    socket.pause();
    stream.once("drain", () => socket.resume());
  });
}

// The end of each log; of a panic, its first lines, which name the reason.
function lastWords(folder) {
  return ["console.log", "qemu.log"]
    .flatMap((name) => {
      const lines = readFileSync(join(folder, name), "utf8").replaceAll("\r", "").trimEnd().split("\n");
      if (lines.length === 1 && lines[0] === "") return [];
      const panic = lines.findIndex((line) => line.includes("Kernel panic"));
      const [from, to] = panic < 0 ? [-30, undefined] : [Math.max(0, panic - 10), panic + 30];
      return [`--- the end of ${name}`, ...lines.slice(from, to)];
    })
    .join("\n");
}
