import type { Binary } from "./binary.js";

// Source: mach-o/loader.h, mach-o/fat.h and mach/machine.h of macOS 14; names as process.arch.
const CPU_TYPES: Readonly<Record<number, string>> = {
  7: "ia32",
  12: "arm",
  18: "ppc",
  16777223: "x64",
  16777228: "arm64",
  16777234: "ppc64",
};
const MAGIC32 = 0xfeedface;
const MAGIC64 = 0xfeedfacf;
const FAT_MAGIC32 = 0xcafebabe;
const FAT_MAGIC64 = 0xcafebabf;
const MH_DYLIB = 6;
const MH_BUNDLE = 8;

/** Java classes start with the same bytes, followed by a version of at least 45. */
const MOST_SLICES = 40;

function machineOf(cpuType: number): string {
  return CPU_TYPES[cpuType] ?? `Mach-O processor type ${cpuType}`;
}

function readUniversal(view: DataView): Binary | undefined {
  const wide = view.getUint32(0) === FAT_MAGIC64;
  const count = view.getUint32(4);
  if (count === 0 || count > MOST_SLICES) return undefined;
  const machines: string[] = [];
  for (let index = 0; index < count; index++) {
    const at = 8 + index * (wide ? 32 : 20);
    if (at + 4 > view.byteLength) {
      return { format: "Mach-O", machines, fault: "a Mach-O file cut short in its header" };
    }
    machines.push(machineOf(view.getUint32(at)));
  }
  return { format: "Mach-O", machines };
}

/** Reads the headers of a Mach-O file that starts with `head`; `undefined` if it is none. */
export function readMachO(head: Uint8Array): Binary | undefined {
  if (head.length < 8) return undefined;
  const view = new DataView(head.buffer, head.byteOffset, head.byteLength);
  const magic = view.getUint32(0);
  if (magic === FAT_MAGIC32 || magic === FAT_MAGIC64) return readUniversal(view);
  const little = [MAGIC32, MAGIC64].includes(view.getUint32(0, true));
  if (!little && magic !== MAGIC32 && magic !== MAGIC64) return undefined;
  const machines = [machineOf(view.getUint32(4, little))];
  if (head.length < 28) return { format: "Mach-O", machines, fault: "a Mach-O file cut short in its header" };
  const type = view.getUint32(12, little);
  if (type === MH_DYLIB || type === MH_BUNDLE) return { format: "Mach-O", machines };
  return { format: "Mach-O", machines, fault: `a Mach-O file of type ${type} and no shared library` };
}
