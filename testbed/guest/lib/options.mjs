import { resolve } from "node:path";
import { deviceNames, devices, usualDevices } from "./devices.mjs";

export const usage = `usage: npm run guest -- [options] [--] COMMAND...

Runs COMMAND in a Linux guest with a real USB stack and gives its stdout, its stderr and its exit status.
One word is run by bash; several are a command and its arguments. This machine's files are there, read-only,
with a throw-away layer on top.

  --devices LIST     what is plugged: all but audio (the default, "all"), none, or a comma list of
                     ${deviceNames.slice(0, 5).join(", ")},
                     ${deviceNames.slice(5).join(", ")}
  --out DIR          what the command writes under DIR stays on this machine (may be given several times)
  --env NAME[=VALUE] set in the guest; without VALUE, this process's own (may be given several times).
                     TSUSB_*, CI, NODE_OPTIONS, LANG, LC_ALL, TZ, NO_COLOR and FORCE_COLOR always pass
  --timeout SECONDS  the whole run; 300 unless told
  --memory MIB       1536 unless told
  --qemu ARGUMENT    one more argument for QEMU (may be given several times)
  --times            say on stderr how long each part took
  --console          copy the kernel's console to stderr
  --check            make packages and kernel ready, run nothing
  --help

Exit status: the command's; 64 wrong usage; 69 this machine lacks what the guest needs; 125 the guest died,
panicked or ran out of time, with the end of its console on stderr.
`;

/** The command line is wrong; `message` says how. */
export class UsageError extends Error {
  /** Source: EX_USAGE in sysexits.h. */
  exitStatus = 64;
}

/** Reads the words of the command line; `cwd` is what relative directories start from. */
export function parseOptions(words, cwd) {
  const options = {
    help: false,
    check: false,
    cwd,
    devices: usualDevices,
    out: [],
    env: [],
    timeout: 300,
    memory: 1536,
    qemu: [],
    times: false,
    console: false,
    command: [],
  };
  const rest = [...words];
  while (rest[0]?.startsWith("-")) {
    const [name, inline] = splitOption(rest.shift());
    const value = () => inline ?? rest.shift() ?? fail(`${name} needs a value; see --help`);
    if (name === "--") break;
    if (name === "--help" || name === "-h") return { ...options, help: true };
    if (name === "--check") options.check = true;
    else if (name === "--times") options.times = true;
    else if (name === "--console") options.console = true;
    else if (name === "--devices") options.devices = deviceList(value());
    else if (name === "--out") options.out.push(resolve(cwd, value()));
    else if (name === "--env") options.env.push(value());
    else if (name === "--qemu") options.qemu.push(value());
    else if (name === "--timeout") options.timeout = positive(name, value());
    else if (name === "--memory") options.memory = positive(name, value());
    else fail(`unknown option ${name}; see --help`);
  }
  options.command = rest;
  if (rest.length === 0 && !options.check) fail("no COMMAND given; see --help");
  return options;
}

/** Quotes one word for a POSIX shell. */
export function quote(word) {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}

function splitOption(word) {
  const at = word.indexOf("=");
  return word.startsWith("--") && at > 0 ? [word.slice(0, at), word.slice(at + 1)] : [word, undefined];
}

function deviceList(list) {
  if (list === "all") return usualDevices;
  if (list === "none") return [];
  const asked = list.split(",");
  for (const name of asked) {
    if (!(name in devices))
      fail(`--devices: no device is named "${name}"; there are ${deviceNames.join(", ")}`);
    const { needs } = devices[name];
    if (needs && !asked.includes(needs)) fail(`--devices: ${name} sits behind ${needs}; name both`);
  }
  return deviceNames.filter((name) => asked.includes(name));
}

function positive(name, text) {
  const number = Number(text);
  if (!(number > 0 && number < Infinity)) fail(`${name} must be a number above 0, not "${text}"`);
  return number;
}

function fail(message) {
  throw new UsageError(message);
}
