import type { Binary } from "./binary/binary.js";
import { readElf } from "./binary/elf.js";
import { readMachO } from "./binary/mach-o.js";
import { readPe } from "./binary/pe.js";
import type { LibraryAttemptReason } from "./library-attempt.js";
import type { FileFacts, System } from "./system.js";

/** Why a file cannot be the library. */
export interface Verdict {
  readonly reason: LibraryAttemptReason;
  /** To be read after the path: "is empty". */
  readonly message: string;
  /** The loader must not be given the file: it would wait, or end the process. */
  readonly unsafe?: boolean;
}

const FORMATS: Readonly<Record<string, Binary["format"]>> = { win32: "PE", darwin: "Mach-O" };

function judgeText(head: Uint8Array): string {
  const text = new TextDecoder("latin1").decode(head);
  if (text.startsWith("!<arch>") || text.startsWith("!<thin>"))
    return "is a static archive, for linking only";
  if (/GNU ld script|^\s*(INPUT|GROUP|OUTPUT_FORMAT)\s*\(/m.test(text)) {
    return "is a linker script, which tells a compiler where the library is, and not the library";
  }
  if (text.startsWith("version https://git-lfs")) return "is a Git LFS pointer and not the library";
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what a text file does not have
  return /[\0-\x08\x0e-\x1a]/.test(text) ? "is no shared library of any known format" : "is a text file";
}

function judgeHead(head: Uint8Array, size: number, { platform, arch }: System): Verdict | undefined {
  if (size === 0) return { reason: "not-a-library", message: "is empty" };
  const binary = readElf(head, size) ?? readMachO(head) ?? readPe(head);
  if (binary === undefined) return { reason: "not-a-library", message: judgeText(head) };
  const { format, machines, fault } = binary;
  const built = machines.join(" and ");
  if (format !== (FORMATS[platform] ?? "ELF")) {
    const message = `is a ${format} file for another operating system; this one is ${platform}`;
    return { reason: "wrong-architecture", message };
  }
  if (fault !== undefined) return { reason: "not-a-library", message: `is ${fault}`, unsafe: true };
  if (machines.includes(arch)) return undefined;
  return { reason: "wrong-architecture", message: `is for ${built}, and this process is ${arch}` };
}

/** Says why a file cannot be loaded into this process, or `undefined` if nothing speaks against it. */
export function judgeFile(facts: FileFacts, system: System): Verdict | undefined {
  switch (facts.kind) {
    case "file":
      return judgeHead(facts.head, facts.size, system);
    case "missing":
      return { reason: "not-found", message: "does not exist" };
    case "directory":
      return { reason: "directory", message: "is a folder" };
    case "special":
      return { reason: "not-a-library", message: "is a device, a pipe or a socket", unsafe: true };
    case "unreadable": {
      const denied = facts.code === "EACCES" || facts.code === "EPERM";
      return { reason: denied ? "no-permission" : "load-failed", message: `cannot be read (${facts.code})` };
    }
  }
}
