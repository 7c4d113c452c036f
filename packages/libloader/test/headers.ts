/** The start of a 64 bit little-endian ELF file without segments. */
export function elf(machine: number, type = 3): Uint8Array {
  const bytes = new Uint8Array(64);
  bytes.set([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1]);
  const view = new DataView(bytes.buffer);
  view.setUint16(16, type, true);
  view.setUint16(18, machine, true);
  view.setUint32(20, 1, true);
  view.setUint16(52, 64, true);
  return bytes;
}

/** The start of a 64 bit Mach-O file. */
export function machO(cpuType: number, type = 6): Uint8Array {
  const bytes = new Uint8Array(32);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, 0xfeedfacf, true);
  view.setUint32(4, cpuType, true);
  view.setUint32(12, type, true);
  return bytes;
}

/** The start of a universal Mach-O file. */
export function universal(...cpuTypes: readonly number[]): Uint8Array {
  const bytes = new Uint8Array(8 + 20 * cpuTypes.length);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, 0xcafebabe);
  view.setUint32(4, cpuTypes.length);
  for (const [index, cpuType] of cpuTypes.entries()) view.setUint32(8 + 20 * index, cpuType);
  return bytes;
}

/** The start of a Windows file. */
export function pe(machine: number, characteristics = 0x2022): Uint8Array {
  const bytes = new Uint8Array(256);
  bytes.set([0x4d, 0x5a]);
  const view = new DataView(bytes.buffer);
  view.setUint32(0x3c, 0x80, true);
  view.setUint32(0x80, 0x00004550, true);
  view.setUint16(0x84, machine, true);
  view.setUint16(0x96, characteristics, true);
  return bytes;
}

export const EM_X86_64 = 62;
export const EM_AARCH64 = 183;
export const CPU_X86_64 = 0x01000007;
export const CPU_ARM64 = 0x0100000c;
export const PE_AMD64 = 0x8664;
export const PE_ARM64 = 0xaa64;
