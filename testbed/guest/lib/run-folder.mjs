import { copyFileSync, mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { devices } from "./devices.mjs";
import { quote } from "./options.mjs";

const guest = fileURLToPath(new URL("..", import.meta.url)).replace(/\/$/, "");
const passed = /^(TSUSB_.*|CI|NODE_OPTIONS|LANG|LC_ALL|TZ|NO_COLOR|FORCE_COLOR)$/;

/**
 * Makes the folder of one run: the guest reads its part from it, the sockets and the console's log lie there.
 *
 * @returns Its path, which needs no quoting anywhere.
 */
export function makeRunFolder(options, image) {
  // A socket's path may have 107 bytes, and the kernel's command line knows no quotes.
  const base = /^[\w./-]{1,60}$/.test(tmpdir()) ? tmpdir() : "/tmp";
  const folder = mkdtempSync(join(base, "tsusb-guest-"));
  for (const directory of options.out) mkdirSync(directory, { recursive: true });
  copyFileSync(join(guest, "boot"), join(folder, "boot"));
  writeFileSync(join(folder, "settings"), settings(options, image));
  writeFileSync(join(folder, "environment"), environment(options));
  writeFileSync(join(folder, "command"), commandScript(options.command));
  writeFileSync(join(folder, "disk.img"), diskImage());
  return folder;
}

/** What bash runs: the one word as it is, or the words quoted. */
export function commandScript(command) {
  return command.length === 1 ? `${command[0]}\n` : `exec ${command.map(quote).join(" ")}\n`;
}

/** 1 MiB: sector N begins with `sector N` and ends in a line feed. */
export function diskImage() {
  const sectors = Array.from({ length: 2048 }, (_, number) => `${`sector ${number}`.padEnd(511)}\n`);
  return Buffer.from(sectors.join(""), "latin1");
}

function settings({ devices: names, out, cwd }, image) {
  const list = (words) => `(${words.map(quote).join(" ")})`;
  return [
    `guest=${quote(guest)}`,
    `modules=${quote(image.modules)}`,
    `expected=${list(names.map((name) => [name, ...recognition(devices[name])].join("|")))}`,
    `out=${list(out)}`,
    `workdir=${quote(cwd)}`,
    "",
  ].join("\n");
}

function recognition({ product, speed, below = "" }) {
  return [product, speed, below];
}

function environment(options) {
  const own = Object.entries(process.env).filter(([name]) => passed.test(name));
  const asked = options.env.map((text) => {
    const at = text.indexOf("=");
    return at > 0 ? [text.slice(0, at), text.slice(at + 1)] : [text, process.env[text] ?? ""];
  });
  const path = [
    dirname(process.execPath),
    ...(process.env.PATH ?? "").split(delimiter),
    "/usr/sbin",
    "/sbin",
    guest,
  ];
  const fixed = {
    HOME: process.env.HOME || "/root",
    PATH: [...new Set(path)].filter(Boolean).join(delimiter),
  };
  return [...Object.entries(fixed), ...own, ...asked]
    .filter(([name]) => /^\w+$/.test(name))
    .map(([name, value]) => `export ${name}=${quote(value)}\n`)
    .join("");
}
