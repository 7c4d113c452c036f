/** Bytes of each field of a descriptor, in order. */
export type Layout = Readonly<Record<string, 1 | 2>>;

/** Source: USB 2.0 Table 9-10. */
export const CONFIGURATION_FIELDS: Layout = {
  bLength: 1,
  bDescriptorType: 1,
  wTotalLength: 2,
  bNumInterfaces: 1,
  bConfigurationValue: 1,
  iConfiguration: 1,
  bmAttributes: 1,
  bMaxPower: 1,
};

/** Source: USB 2.0 Table 9-12. */
export const INTERFACE_FIELDS: Layout = {
  bLength: 1,
  bDescriptorType: 1,
  bInterfaceNumber: 1,
  bAlternateSetting: 1,
  bNumEndpoints: 1,
  bInterfaceClass: 1,
  bInterfaceSubClass: 1,
  bInterfaceProtocol: 1,
  iInterface: 1,
};

/** Source: USB 2.0 Table 9-13. */
export const ENDPOINT_FIELDS: Layout = {
  bLength: 1,
  bDescriptorType: 1,
  bEndpointAddress: 1,
  bmAttributes: 1,
  wMaxPacketSize: 2,
  bInterval: 1,
};

/** Reads the fields of the descriptor at an offset. */
export function readFields(bytes: Uint8Array, start: number, layout: Layout): Record<string, number> {
  let offset = start;
  const fields: Record<string, number> = {};
  for (const [name, size] of Object.entries(layout)) {
    fields[name] = (bytes[offset] ?? 0) | (size === 2 ? (bytes[offset + 1] ?? 0) << 8 : 0);
    offset += size;
  }
  return fields;
}

/** The same fields of an object that has them. */
export function pick(object: object | undefined, layout: Layout): Record<string, unknown> {
  return Object.fromEntries(Object.keys(layout).map((name) => [name, Reflect.get(Object(object), name)]));
}
