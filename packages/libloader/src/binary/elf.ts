import type { Binary } from "./binary.js";

// Source: elf.h of glibc 2.36, EM_*, ELFCLASS*, ELFDATA2MSB, ET_*, PT_*; names as process.arch.
const MACHINES: Readonly<Record<number, readonly [bits32: string | undefined, bits64: string | undefined]>> =
  {
    3: ["ia32", undefined],
    8: ["mips", "mips64"],
    20: ["ppc", undefined],
    21: [undefined, "ppc64"],
    22: ["s390", "s390x"],
    40: ["arm", undefined],
    62: ["x32", "x64"],
    183: [undefined, "arm64"],
    243: ["riscv32", "riscv64"],
    258: [undefined, "loong64"],
  };
const EM_MIPS = 8;
const CLASS64 = 2;
const DATA_MSB = 2;
const PT_LOAD = 1;
const PT_INTERP = 3;
const TYPES: Readonly<Record<number, string>> = { 1: "an object file", 2: "a program", 4: "a core dump" };

/** Bytes of the identification, and of the headers of 32 and 64 bit files. */
const IDENT = 16;
const HEADER32 = 52;
const HEADER64 = 64;

interface Segment {
  readonly type: number;
  readonly offset: number;
  readonly size: number;
}

interface Layout {
  readonly wide: boolean;
  readonly little: boolean;
  readonly view: DataView;
}

function layoutOf(head: Uint8Array): Layout | undefined {
  if (head.length < IDENT) return undefined;
  const layout = {
    wide: head[4] === CLASS64,
    little: head[5] !== DATA_MSB,
    view: new DataView(head.buffer, head.byteOffset, head.byteLength),
  };
  return head.length < (layout.wide ? HEADER64 : HEADER32) ? undefined : layout;
}

function word({ view, wide, little }: Layout, offset: number): number {
  return wide ? Number(view.getBigUint64(offset, little)) : view.getUint32(offset, little);
}

function segments(layout: Layout): { readonly end: number; readonly list: readonly Segment[] } {
  const { view, wide, little } = layout;
  const start = word(layout, wide ? 32 : 28);
  const entry = view.getUint16(wide ? 54 : 42, little);
  const count = view.getUint16(wide ? 56 : 44, little);
  const list: Segment[] = [];
  for (let index = 0; index < count; index++) {
    const at = start + index * entry;
    if (at + (wide ? 56 : 32) > view.byteLength) break;
    list.push({
      type: view.getUint32(at, little),
      offset: word(layout, at + (wide ? 8 : 4)),
      size: word(layout, at + (wide ? 32 : 16)),
    });
  }
  return { end: start + entry * count, list };
}

function machineOf({ view, wide, little }: Layout): string {
  const machine = view.getUint16(18, little);
  const name = MACHINES[machine]?.[wide ? 1 : 0];
  if (name === undefined) return `ELF machine ${machine}, ${wide ? 64 : 32} bit`;
  return machine === EM_MIPS && little ? `${name}el` : name;
}

/** Reads the headers of an ELF file of `size` bytes that starts with `head`; `undefined` if it is none. */
export function readElf(head: Uint8Array, size: number): Binary | undefined {
  if (!(head[0] === 0x7f && head[1] === 0x45 && head[2] === 0x4c && head[3] === 0x46)) return undefined;
  const layout = layoutOf(head);
  if (layout === undefined)
    return { format: "ELF", machines: [], fault: "an ELF file cut short in its header" };
  const machines = [machineOf(layout)];
  const type = TYPES[layout.view.getUint16(16, layout.little)];
  if (type !== undefined) return { format: "ELF", machines, fault: `${type} and no shared library` };
  const { end, list } = segments(layout);
  const needed = Math.max(end, ...list.filter(({ type }) => type === PT_LOAD).map((s) => s.offset + s.size));
  // The loader maps what the headers promise; reading past the end of the file then kills the process.
  if (needed > size) {
    return { format: "ELF", machines, fault: `an ELF file cut short: it has ${size} of ${needed} bytes` };
  }
  return { format: "ELF", machines };
}

/** The loader that a program asks for, such as `"/lib/ld-musl-x86_64.so.1"`; `undefined` if `head` does not reach. */
export function elfInterpreter(head: Uint8Array): string | undefined {
  const layout = layoutOf(head);
  const segment = layout && segments(layout).list.find(({ type }) => type === PT_INTERP);
  if (segment === undefined || segment.offset + segment.size > head.length) return undefined;
  const text = new TextDecoder().decode(head.subarray(segment.offset, segment.offset + segment.size));
  return text.replace(/\0.*$/s, "");
}
