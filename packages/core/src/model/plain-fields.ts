import type { RawDescriptor } from "../usb/descriptors.js";

/** What leads back to the whole, and the bytes of a configuration, which say the same again. */
const LEFT_OUT: ReadonlySet<string> = new Set(["device", "configuration", "interface", "backend", "bytes"]);

/** Gives the fields of a part of a device for `toJSON`: without cycles, descriptors that are not parsed as numbers. */
export function plainFields(part: object): Record<string, unknown> {
  const fields: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(part)) {
    if (LEFT_OUT.has(name)) continue;
    fields[name] = name === "extraDescriptors" ? value.map(plainDescriptor) : value;
  }
  return fields;
}

function plainDescriptor({ bDescriptorType, bytes }: RawDescriptor): object {
  return { bDescriptorType, bytes: [...bytes] };
}
