import type { Binary } from "./binary.js";

// Source: Microsoft PE format, "Machine types" and "Characteristics"; names as process.arch.
const MACHINES: Readonly<Record<number, string>> = {
  332: "ia32",
  452: "arm",
  34404: "x64",
  43620: "arm64",
};
const CHARACTERISTIC_DLL = 0x2000;
const OFFSET_OF_HEADER = 0x3c;
const HEADER_BYTES = 24;

/** Reads the headers of a Windows file that starts with `head`; `undefined` if it is none. */
export function readPe(head: Uint8Array): Binary | undefined {
  if (head[0] !== 0x4d || head[1] !== 0x5a) return undefined;
  const view = new DataView(head.buffer, head.byteOffset, head.byteLength);
  const at = head.length < OFFSET_OF_HEADER + 4 ? head.length : view.getUint32(OFFSET_OF_HEADER, true);
  if (at + HEADER_BYTES > head.length) {
    return { format: "PE", machines: [], fault: "a Windows file cut short in its header, or a DOS program" };
  }
  if (view.getUint32(at) !== 0x50450000) {
    return { format: "PE", machines: [], fault: "a DOS program and no library" };
  }
  const machine = view.getUint16(at + 4, true);
  const machines = [MACHINES[machine] ?? `PE machine 0x${machine.toString(16)}`];
  if ((view.getUint16(at + 22, true) & CHARACTERISTIC_DLL) !== 0) return { format: "PE", machines };
  return { format: "PE", machines, fault: "a Windows program and no DLL" };
}
