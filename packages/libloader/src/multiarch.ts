import type { System } from "./system.js";

// Source: Debian's "Multiarch/Tuples"; keys as process.arch.
const TRIPLETS: Readonly<Record<string, string>> = {
  arm: "arm-linux-gnueabihf",
  arm64: "aarch64-linux-gnu",
  ia32: "i386-linux-gnu",
  loong64: "loongarch64-linux-gnu",
  mips: "mips-linux-gnu",
  mipsel: "mipsel-linux-gnu",
  ppc64: "powerpc64le-linux-gnu",
  riscv64: "riscv64-linux-gnu",
  s390x: "s390x-linux-gnu",
  x64: "x86_64-linux-gnu",
};

const MUSL_ARCHITECTURES: Readonly<Record<string, string>> = {
  arm: "armhf",
  arm64: "aarch64",
  ia32: "i386",
  loong64: "loongarch64",
  ppc64: "powerpc64le",
  x64: "x86_64",
};

/** Debian's name for the architecture, as its library folders are called; `undefined` if it has none. */
export async function multiarchTriplet(system: System): Promise<string | undefined> {
  const triplet = TRIPLETS[system.arch];
  return (await system.libc()) === "musl" ? triplet?.replace("-gnu", "-musl") : triplet;
}

/** The name that musl's loader has for the architecture, as in `ld-musl-x86_64.so.1`. */
export function muslArchitecture(arch: string): string {
  return MUSL_ARCHITECTURES[arch] ?? arch;
}
