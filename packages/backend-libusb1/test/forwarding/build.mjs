// node build.mjs RELEASE: builds a library that exports the functions of that release of libusb 1.0 and no other, each
// forwarded to the system's libusb, and prints its path.
import { spawnSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { symbolsOf } from "./symbols.mjs";

/** How a function jumps on to the address in a slot, arguments untouched: variadic ones work as well. */
const JUMPS = {
  x64: (/** @type {string} */ slot) => `jmp *${slot}(%rip)`,
  arm64: (/** @type {string} */ slot) => `adrp x16, ${slot}\\n ldr x16, [x16, :lo12:${slot}]\\n br x16`,
};

/** @param {readonly string[]} symbols @param {string} overrides - C that defines some of them itself. */
function source(symbols, overrides) {
  const jump = JUMPS[/** @type {"x64"} */ (process.arch)];
  if (jump === undefined) throw new Error(`there is no jump for ${process.arch}; there are x64 and arm64`);
  const own = symbols.filter((symbol) => !overrides.includes(`${symbol}(`));
  return `
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
${own.map((symbol) => `__attribute__((visibility("hidden"))) void *slot_${symbol};`).join("\n")}
static void *real;
static void *find(const char *name) {
  void *address = dlsym(real, name);
  if (address == NULL) { fprintf(stderr, "the system's libusb has no %s\\n", name); abort(); }
  return address;
}
__attribute__((constructor)) static void forward(void) {
  real = dlopen("libusb-1.0.so.0", RTLD_NOW | RTLD_LOCAL);
  if (real == NULL) { fprintf(stderr, "%s\\n", dlerror()); abort(); }
${own.map((symbol) => `  slot_${symbol} = find("${symbol}");`).join("\n")}
}
${own.map((symbol) => `__asm__(".globl ${symbol}\\n.type ${symbol}, %function\\n${symbol}: ${jump(`slot_${symbol}`)}\\n");`).join("\n")}
${overrides}
`;
}

/**
 * Builds a forwarding library and gives its path.
 *
 * @param {string} release - Whose functions it exports.
 * @param {{ name?: string, overrides?: string }} [options] - C that defines some of the functions itself; it may call
 *   `find("libusb_…")` for the real ones.
 */
export function buildForwardingLibrary(release, { name = release, overrides = "" } = {}) {
  const folder = path.join(tmpdir(), `tsusb-forwarding-${process.getuid?.() ?? 0}`);
  mkdirSync(folder, { recursive: true });
  // Two test files may build the same at once: each its own file.
  const base = path.join(folder, `libusb-as-of-${name}-${process.pid}`);
  writeFileSync(`${base}.c`, source(symbolsOf(release), overrides));
  const compiler = process.env.CC ?? "gcc";
  const { status, error, stderr } = spawnSync(
    compiler,
    ["-shared", "-fPIC", "-O1", "-o", `${base}.so`, `${base}.c`, "-ldl"],
    { encoding: "utf8" },
  );
  if (status !== 0) throw new Error(`${compiler} cannot build ${base}.c: ${error?.message ?? stderr}`);
  return `${base}.so`;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  console.log(buildForwardingLibrary(process.argv[2] ?? ""));
}
