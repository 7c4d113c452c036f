/** A kind of malformed descriptors, as a device would send them. */
export interface MalformedKind {
  /** What is wrong, as the documentation lists it. */
  readonly name: string;
  /** The device descriptor, but for its product id, which the test sets. */
  readonly device: string;
  /** The configurations. */
  readonly configurations: string;
  /** `bNumConfigurations`, where it is not 1. */
  readonly count?: number;
  /** Whether libusb 1.0.26 lists the device at all. */
  readonly listed: boolean;
  /** The fault that core names first when it gets the bytes. */
  readonly warning: string;
}

const DEVICE = "12 01 00 02 ff 00 00 40 09 12 00 00 00 01 00 00 00 01";
const CONFIGURATION = "09 02 20 00 01 01 00 80 32";
const INTERFACE = "09 04 00 00 02 ff 00 00 00";
const ENDPOINT_IN = "07 05 81 02 00 02 00";
const ENDPOINT_OUT = "07 05 01 02 00 02 00";

/** One sound configuration, for the faults of the device descriptor. */
const SOUND = `${CONFIGURATION} ${INTERFACE} ${ENDPOINT_IN} ${ENDPOINT_OUT}`;

/** Every kind, with what comes of it. docs/malformed-descriptors.md has the same table. */
export const MALFORMED_KINDS: readonly MalformedKind[] = [
  {
    name: "device descriptor with bLength 17",
    device: DEVICE.replace("12 01", "11 01"),
    configurations: SOUND,
    listed: false,
    warning: "too-short",
  },
  {
    name: "device descriptor with bLength 0",
    device: DEVICE.replace("12 01", "00 01"),
    configurations: SOUND,
    listed: false,
    warning: "zero-length",
  },
  {
    name: "device descriptor with bLength 255",
    device: DEVICE.replace("12 01", "ff 01"),
    configurations: SOUND,
    listed: false,
    warning: "too-long",
  },
  {
    name: "device descriptor of another type",
    device: DEVICE.replace("12 01", "12 07"),
    configurations: SOUND,
    listed: false,
    warning: "wrong-type",
  },
  {
    name: "more configurations promised than sent",
    device: DEVICE,
    count: 3,
    configurations: SOUND,
    listed: false,
    warning: "unreadable",
  },
  {
    name: "no configuration",
    device: DEVICE,
    count: 0,
    configurations: "",
    listed: true,
    warning: "bad-value",
  },
  {
    name: "configuration of bLength 8",
    device: DEVICE,
    configurations: SOUND.replace("09 02", "08 02"),
    listed: false,
    warning: "too-short",
  },
  {
    name: "configuration of bLength 0",
    device: DEVICE,
    configurations: SOUND.replace("09 02", "00 02"),
    listed: false,
    warning: "zero-length",
  },
  {
    name: "configuration of another type",
    device: DEVICE,
    configurations: SOUND.replace("09 02", "09 0f"),
    listed: false,
    warning: "wrong-type",
  },
  {
    name: "wTotalLength beyond what was sent",
    device: DEVICE,
    configurations: SOUND.replace("09 02 20 00", "09 02 ff 00"),
    listed: true,
    warning: "truncated",
  },
  {
    name: "wTotalLength of 4",
    device: DEVICE,
    configurations: SOUND.replace("09 02 20 00", "09 02 04 00"),
    listed: false,
    warning: "too-long",
  },
  {
    name: "wTotalLength that cuts an endpoint",
    device: DEVICE,
    configurations: SOUND.replace("09 02 20 00", "09 02 1c 00"),
    listed: true,
    warning: "truncated",
  },
  {
    name: "more interfaces promised than sent",
    device: DEVICE,
    configurations: SOUND.replace("20 00 01 01", "20 00 05 01"),
    listed: true,
    warning: "count-mismatch",
  },
  {
    name: "255 interfaces promised",
    device: DEVICE,
    configurations: SOUND.replace("20 00 01 01", "20 00 ff 01"),
    listed: true,
    warning: "count-mismatch",
  },
  {
    name: "no interface promised, one sent",
    device: DEVICE,
    configurations: SOUND.replace("20 00 01 01", "20 00 00 01"),
    listed: true,
    warning: "count-mismatch",
  },
  {
    name: "interface of bLength 5",
    device: DEVICE,
    configurations: "09 02 1c 00 01 01 00 80 32 05 04 00 00 02 07 05 81 02 00 02 00 07 05 01 02 00 02 00",
    listed: true,
    warning: "too-short",
  },
  {
    name: "descriptor of bLength 0 in the middle",
    device: DEVICE,
    configurations: `09 02 22 00 01 01 00 80 32 ${INTERFACE} 00 24 ${ENDPOINT_IN} ${ENDPOINT_OUT}`,
    listed: true,
    warning: "zero-length",
  },
  {
    name: "descriptor of bLength 1 in the middle",
    device: DEVICE,
    configurations: `09 02 22 00 01 01 00 80 32 ${INTERFACE} 01 24 ${ENDPOINT_IN} ${ENDPOINT_OUT}`,
    listed: true,
    warning: "too-short",
  },
  {
    name: "descriptor longer than what is left",
    device: DEVICE,
    configurations: `09 02 23 00 01 01 00 80 32 ${INTERFACE} ${ENDPOINT_IN} ${ENDPOINT_OUT} f0 24 01`,
    listed: true,
    warning: "truncated",
  },
  {
    name: "endpoint of bLength 3",
    device: DEVICE,
    configurations: `09 02 1c 00 01 01 00 80 32 ${INTERFACE} 03 05 81 ${ENDPOINT_OUT}`,
    listed: true,
    warning: "too-short",
  },
  {
    name: "endpoint of bLength 0",
    device: DEVICE,
    configurations: SOUND.replace("07 05 81", "00 05 81"),
    listed: true,
    warning: "zero-length",
  },
  {
    name: "more endpoints promised than sent",
    device: DEVICE,
    configurations: SOUND.replace("09 04 00 00 02", "09 04 00 00 09"),
    listed: true,
    warning: "count-mismatch",
  },
  {
    name: "200 endpoints promised",
    device: DEVICE,
    configurations: SOUND.replace("09 04 00 00 02", "09 04 00 00 c8"),
    listed: true,
    warning: "count-mismatch",
  },
  {
    name: "endpoint in front of any interface",
    device: DEVICE,
    configurations: `09 02 27 00 01 01 00 80 32 ${ENDPOINT_IN} ${INTERFACE} ${ENDPOINT_IN} ${ENDPOINT_OUT}`,
    listed: true,
    warning: "orphan",
  },
  {
    name: "the same alternate setting twice",
    device: DEVICE,
    configurations: `09 02 29 00 01 01 00 80 32 ${INTERFACE} ${ENDPOINT_IN} ${ENDPOINT_OUT} 09 04 00 00 00 ff 00 00 00`,
    listed: true,
    warning: "duplicate",
  },
  {
    name: "the same endpoint twice",
    device: DEVICE,
    configurations: `${CONFIGURATION} ${INTERFACE} ${ENDPOINT_IN} ${ENDPOINT_IN}`,
    listed: true,
    warning: "duplicate",
  },
];

/** The device's bytes, as sysfs would show them, with its place in the table as product id. */
export function bytesOf(kind: MalformedKind, index: number): string {
  const device = Buffer.from(kind.device.replace(/ /g, ""), "hex");
  device.writeUInt16LE(0x1000 + index, 10);
  device.writeUInt8(kind.count ?? 1, 17);
  return device.toString("hex") + kind.configurations.replace(/ /g, "");
}
