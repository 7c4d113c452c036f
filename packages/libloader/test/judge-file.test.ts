import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { elfInterpreter, readElf } from "../src/binary/elf.js";
import { judgeFile } from "../src/judge-file.js";
import { thisSystem } from "../src/system.js";
import { fakeSystem } from "./fake-system.js";
import {
  CPU_ARM64,
  CPU_X86_64,
  EM_AARCH64,
  EM_X86_64,
  elf,
  machO,
  PE_AMD64,
  PE_ARM64,
  pe,
  universal,
} from "./headers.js";

const LINUX = fakeSystem({ platform: "linux", arch: "x64" });
const MAC = fakeSystem({ platform: "darwin", arch: "arm64" });
const WINDOWS = fakeSystem({ platform: "win32", arch: "x64" });

function judge(head: Uint8Array, system = LINUX) {
  return judgeFile({ kind: "file", size: head.length, head }, system);
}

describe("judgeFile", () => {
  it("finds nothing against a library of the right kind", () => {
    expect(judge(elf(EM_X86_64))).toBeUndefined();
    expect(judge(machO(CPU_ARM64), MAC)).toBeUndefined();
    expect(judge(universal(CPU_X86_64, CPU_ARM64), MAC)).toBeUndefined();
    expect(judge(pe(PE_AMD64), WINDOWS)).toBeUndefined();
  });

  it("tells a library for another processor", () => {
    for (const verdict of [
      judge(elf(EM_AARCH64)),
      judge(elf(0x1234)),
      judge(machO(CPU_X86_64), MAC),
      judge(universal(CPU_X86_64), MAC),
      judge(pe(PE_ARM64), WINDOWS),
    ]) {
      expect(verdict?.reason).toBe("wrong-architecture");
    }
  });

  it("tells a library of another operating system", () => {
    expect(judge(machO(CPU_ARM64))).toMatchObject({ reason: "wrong-architecture" });
    expect(judge(elf(EM_AARCH64), MAC)?.message).toContain("ELF");
    expect(judge(pe(PE_AMD64))?.message).toContain("PE");
  });

  it("tells programs and object files from libraries", () => {
    expect(judge(elf(EM_X86_64, 1))?.message).toContain("an object file");
    expect(judge(elf(EM_X86_64, 2))?.reason).toBe("not-a-library");
    expect(judge(machO(CPU_ARM64, 2), MAC)?.reason).toBe("not-a-library");
    expect(judge(pe(PE_AMD64, 0x22), WINDOWS)?.reason).toBe("not-a-library");
  });

  it("takes a Java class, which starts as a universal Mach-O file does, for none", () => {
    const java = Uint8Array.of(0xca, 0xfe, 0xba, 0xbe, 0, 0, 0, 61, 0, 1, 2, 3);
    expect(judge(java, MAC)?.reason).toBe("not-a-library");
  });

  it("tells why a file cannot be read", () => {
    expect(judgeFile({ kind: "unreadable", code: "EACCES" }, LINUX)?.reason).toBe("no-permission");
    expect(judgeFile({ kind: "unreadable", code: "EIO" }, LINUX)?.reason).toBe("load-failed");
    expect(judgeFile({ kind: "missing" }, LINUX)?.reason).toBe("not-found");
    expect(judgeFile({ kind: "directory" }, LINUX)?.reason).toBe("directory");
  });

  it("never throws, wherever a header is cut", () => {
    for (const [whole, system] of [
      [elf(EM_X86_64), LINUX],
      [machO(CPU_ARM64), MAC],
      [universal(CPU_X86_64, CPU_ARM64), MAC],
      [pe(PE_AMD64), WINDOWS],
    ] as const) {
      for (let length = 0; length < whole.length; length++) {
        const verdict = judge(whole.subarray(0, length), system);
        if (length < 8) expect([length, verdict?.reason]).toEqual([length, "not-a-library"]);
      }
    }
  });

  it("never throws, whatever a header says", () => {
    const starts = [elf(EM_X86_64), machO(CPU_ARM64), universal(CPU_ARM64), pe(PE_AMD64)];
    for (let seed = 1; seed <= 2000; seed++) {
      const bytes = Uint8Array.from(starts[seed % 4] ?? []);
      const at = (seed * 7919) % bytes.length;
      bytes[at] = (seed * 104729) & 0xff;
      bytes[(at * 31) % bytes.length] = 0xff;
      const reason = judge(bytes, [LINUX, MAC, MAC, WINDOWS][seed % 4])?.reason;
      expect(["not-a-library", "wrong-architecture", undefined]).toContain(reason);
    }
  });

  it("reads the headers of the program that runs this test", async () => {
    const head = readFileSync("/proc/self/exe").subarray(0, 4096);
    const { arch, libc } = await thisSystem();
    expect(readElf(head, Number.MAX_SAFE_INTEGER)?.machines).toEqual([arch]);
    expect(elfInterpreter(head)).toMatch((await libc()) === "musl" ? /ld-musl/ : /ld-linux|ld\.so/);
  });
});
