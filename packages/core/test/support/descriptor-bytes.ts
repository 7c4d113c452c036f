/** Fields of a device descriptor; what is not given has a plain value. */
export interface DeviceFields {
  readonly bcdUSB?: number;
  readonly deviceClass?: readonly [number, number, number];
  readonly bMaxPacketSize0?: number;
  readonly idVendor?: number;
  readonly idProduct?: number;
  readonly bcdDevice?: number;
  readonly iManufacturer?: number;
  readonly iProduct?: number;
  readonly iSerialNumber?: number;
  readonly bNumConfigurations?: number;
}

/** Writes a device descriptor (USB 2.0 Table 9-8). */
export function deviceBytes(fields: DeviceFields = {}): Uint8Array {
  const [deviceClass, subClass, protocol] = fields.deviceClass ?? [0, 0, 0];
  return Uint8Array.of(
    18,
    0x01,
    ...word(fields.bcdUSB ?? 0x0200),
    deviceClass,
    subClass,
    protocol,
    fields.bMaxPacketSize0 ?? 64,
    ...word(fields.idVendor ?? 0x0525),
    ...word(fields.idProduct ?? 0xa4a0),
    ...word(fields.bcdDevice ?? 0x0100),
    fields.iManufacturer ?? 0,
    fields.iProduct ?? 0,
    fields.iSerialNumber ?? 0,
    fields.bNumConfigurations ?? 1,
  );
}

/** One alternate setting. */
export interface InterfaceFields {
  readonly number?: number;
  readonly alternate?: number;
  readonly class?: readonly [number, number, number];
  readonly endpoints?: readonly EndpointFields[];
  /** Descriptors behind the interface's own. */
  readonly extra?: readonly number[];
}

/** One endpoint. */
export interface EndpointFields {
  readonly address: number;
  readonly type?: "control" | "isochronous" | "bulk" | "interrupt";
  readonly wMaxPacketSize?: number;
  readonly bInterval?: number;
  /** Descriptors behind the endpoint's own. */
  readonly extra?: readonly number[];
}

/** Writes a configuration with everything in it (USB 2.0 Tables 9-10, 9-12 and 9-13). */
export function configurationBytes(
  interfaces: readonly InterfaceFields[] = [],
  bConfigurationValue = 1,
): Uint8Array {
  const body = interfaces.flatMap(interfaceBytes);
  const count = new Set(interfaces.map(({ number = 0 }) => number)).size;
  return Uint8Array.of(9, 0x02, ...word(9 + body.length), count, bConfigurationValue, 0, 0x80, 50, ...body);
}

function interfaceBytes(fields: InterfaceFields): number[] {
  const { number = 0, alternate = 0, class: triple = [0xff, 0, 0], endpoints = [], extra = [] } = fields;
  return [
    9,
    0x04,
    number,
    alternate,
    endpoints.length,
    ...triple,
    0,
    ...extra,
    ...endpoints.flatMap(endpointBytes),
  ];
}

function endpointBytes(fields: EndpointFields): number[] {
  const { address, type = "bulk", wMaxPacketSize = 512, bInterval = 0, extra = [] } = fields;
  const bmAttributes = ["control", "isochronous", "bulk", "interrupt"].indexOf(type);
  return [7, 0x05, address, bmAttributes, ...word(wMaxPacketSize), bInterval, ...extra];
}

function word(value: number): [number, number] {
  return [value & 0xff, value >> 8];
}
