// What compilers and processes have to be told to look at our addons, and only at them: node itself and the C libraries
// are built without sanitizers.
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import path from "node:path";

/**
 * @typedef {object} Sanitizer
 * @property {string} name - As the compiler's -fsanitize takes it.
 * @property {readonly string[]} runtimes - Its library, as gcc and clang name it.
 * @property {Readonly<Record<string, string>>} compiler - The environment of node-gyp.
 * @property {string} suppressions - A file of them.
 * @property {(files: { report: string, suppressions: string }) => readonly string[]} environment - Of each process.
 * @property {readonly string[]} wrap - What stands before node.
 */

/** Bounds, lifetimes, undefined behaviour, and leaks at each process's end. @type {Sanitizer} */
export const ADDRESS = {
  name: "address,undefined",
  runtimes: ["libasan.so", "libclang_rt.asan"],
  compiler: flags("address,undefined", "-fno-sanitize-recover=undefined"),
  // Leaks of tools that the tests run, each at its end.
  suppressions: lines(["/usr/bin/", "/usr/lib/gcc", "rolldown", "lightningcss", "esbuild"], "leak"),
  environment: ({ report, suppressions }) => [
    // gcc 12 mistakes what stands before a library's thread-local memory for its length, and LeakSanitizer reads there.
    `ASAN_OPTIONS=intercept_tls_get_addr=0:log_path=${report}`,
    `UBSAN_OPTIONS=print_stacktrace=1:log_path=${report}`,
    `LSAN_OPTIONS=print_suppressions=0:suppressions=${suppressions}`,
  ],
  wrap: [],
};

/**
 * Two threads that use the same memory with nothing between them.
 *
 * It looks at no access of modules that were not built for it, node and the C libraries, but sees their locks and the
 * threads that they start: a transfer that libusb hands from one thread to another is in order. So nothing has to be
 * suppressed. What JS does in memory that it shares with an addon (the table of a stream, by Atomics) is not seen either;
 * that both take turns there is shown by the tests that compare every byte.
 *
 * @type {Sanitizer}
 */
export const THREAD = {
  name: "thread",
  runtimes: ["libtsan.so", "libclang_rt.tsan"],
  compiler: flags("thread"),
  suppressions: "",
  environment: ({ report, suppressions }) => [
    `TSAN_OPTIONS=${[
      `log_path=${report}`,
      `suppressions=${suppressions}`,
      "ignore_noninstrumented_modules=1",
      // The stack of the access before, which may be long ago: 7 is the longest memory.
      "history_size=7",
    ].join(":")}`,
  ],
  // Its shadow has fixed places, and more random addresses than 28 bits (vm.mmap_rnd_bits) may lie there.
  wrap: ["setarch", "-R"],
};

/** Where the compiler has the sanitizer's runtime, which must come first into a process that was built without it. */
export function runtimeOf({ name, runtimes: [ofGcc, ofClang] }) {
  const compiler = process.env.CXX ?? "g++";
  const architecture = { x64: "x86_64", arm64: "aarch64" }[process.arch] ?? process.arch;
  for (const file of [ofGcc, `${ofClang}-${architecture}.so`]) {
    const { stdout } = spawnSync(compiler, [`-print-file-name=${file}`], { encoding: "utf8" });
    const found = stdout?.trim() ?? "";
    if (path.isAbsolute(found) && existsSync(found)) return found;
  }
  throw new Error(
    `${compiler} has no library for -fsanitize=${name}; gcc has, by its package libgcc-dev or libtsan`,
  );
}

function flags(name, ...more) {
  return {
    CXXFLAGS: [`-fsanitize=${name}`, ...more, "-fno-omit-frame-pointer", "-fno-lto", "-g", "-O1"].join(" "),
    LDFLAGS: `-fsanitize=${name} -fno-lto`,
  };
}

function lines(names, kind) {
  return names.map((name) => `${kind}:${name}\n`).join("");
}
