/** A device as its bytes, to be parsed here and printed by PyUSB. */
export interface Sample {
  readonly name: string;
  readonly device: Uint8Array;
  readonly configurations: readonly Uint8Array[];
  /** Text of each string; `undefined` is refused by the device. */
  readonly strings: Readonly<Record<number, string | undefined>>;
  readonly langids: readonly number[];
  readonly bus: number;
  readonly address: number;
  /** One of `SPEED_*`. */
  readonly speed: number;
}

export function bytesOf(...parts: readonly (string | Uint8Array)[]): Uint8Array {
  return Uint8Array.from(
    parts.flatMap((part) =>
      typeof part === "string" ? [...Buffer.from(part.replace(/\s/g, ""), "hex")] : [...part],
    ),
  );
}

/** Puts a configuration in front of its descriptors, with the total that is right. */
export function configuration(
  { interfaces, value = 1, string = 0, attributes = 0x80, power = 50 }: ConfigurationHead,
  ...parts: readonly (string | Uint8Array)[]
): Uint8Array {
  const body = bytesOf(...parts);
  const total = body.length + 9;
  return bytesOf(
    Uint8Array.of(9, 2, total & 0xff, total >> 8, interfaces, value, string, attributes, power),
    body,
  );
}

export interface ConfigurationHead {
  readonly interfaces: number;
  readonly value?: number;
  readonly string?: number;
  readonly attributes?: number;
  readonly power?: number;
}

const KEYBOARD: Sample = {
  name: "a keyboard with a second interface at full speed",
  device: bytesOf("12 01 10 01 00 00 00 08 6d 04 1c c3 03 64 01 02 00 01"),
  configurations: [
    configuration(
      { interfaces: 2, attributes: 0xa0, power: 49 },
      "09 04 00 00 01 03 01 01 00  09 21 10 01 00 01 22 41 00  07 05 81 03 08 00 0a",
      "09 04 01 00 01 03 00 00 04  09 21 10 01 00 01 22 9f 00  07 05 82 03 04 00 ff",
    ),
  ],
  strings: { 1: "Logitech", 2: "USB Keyboard", 4: "Media keys" },
  langids: [0x0409],
  bus: 1,
  address: 5,
  speed: 1,
};

const HUB: Sample = {
  name: "a hub with two alternate settings and no string",
  device: bytesOf("12 01 00 02 09 00 02 40 e3 05 08 06 37 60 00 00 00 01"),
  configurations: [
    configuration(
      { interfaces: 1, attributes: 0xe0, power: 0 },
      "09 04 00 00 01 09 00 01 00  07 05 81 03 01 00 0c",
      "09 04 00 01 01 09 00 02 00  07 05 81 03 01 00 0c",
    ),
  ],
  strings: {},
  langids: [],
  bus: 12,
  address: 127,
  speed: 3,
};

const STORAGE: Sample = {
  name: "a storage device at high speed",
  device: bytesOf("12 01 00 02 00 00 00 40 81 07 67 55 00 01 01 02 03 01"),
  configurations: [
    configuration(
      { interfaces: 1, power: 100 },
      "09 04 00 00 02 08 06 50 00  07 05 81 02 00 02 00  07 05 02 02 00 02 01",
    ),
  ],
  strings: { 1: "SanDisk", 2: "Cruzer Blade", 3: "4C530001230415117023" },
  langids: [0x0409, 0x0407],
  bus: 2,
  address: 44,
  speed: 3,
};

const SUPERSPEED_STORAGE: Sample = {
  name: "a SuperSpeed storage device with bulk streams",
  device: bytesOf("12 01 20 03 00 00 00 09 21 21 71 07 01 01 01 02 03 01"),
  configurations: [
    configuration(
      { interfaces: 1, attributes: 0xc0, power: 112 },
      "09 04 00 00 02 08 06 50 00  07 05 81 02 00 04 00  06 30 0f 00 00 00  07 05 02 02 00 04 00  06 30 0f 00 00 00",
      "09 04 00 01 04 08 06 62 00  07 05 81 02 00 04 00  06 30 0f 04 00 00  04 24 03 00",
      "07 05 02 02 00 04 00  06 30 0f 04 00 00  04 24 04 00  07 05 83 02 00 04 00  06 30 0f 04 00 00  04 24 02 00",
      "07 05 04 02 00 04 00  06 30 00 00 00 00  04 24 01 00",
    ),
  ],
  strings: { 1: "Realtek", 2: "Gehäuse ✓ 𝄞", 3: undefined },
  langids: [0x0409],
  bus: 4,
  address: 2,
  speed: 4,
};

const AUDIO: Sample = {
  name: "a headset whose audio endpoints have nine bytes",
  device: bytesOf("12 01 10 01 00 00 00 40 8c 0d 14 00 00 01 00 01 00 01"),
  configurations: [
    configuration(
      { interfaces: 2 },
      "09 04 00 00 00 01 01 00 00  09 24 01 00 01 1e 00 01 01  0c 24 02 01 01 01 00 02 03 00 00 00  09 24 03 06 01 03 00 01 00",
      "09 04 01 00 00 01 02 00 00  09 04 01 01 01 01 02 00 00  07 24 01 01 01 01 00",
      "0e 24 02 01 02 02 10 02 80 bb 00 44 ac 00  09 05 01 09 c8 00 01 02 81  07 25 01 01 01 01 00",
    ),
  ],
  strings: { 1: "USB Headset" },
  langids: [0x0409],
  bus: 1,
  address: 7,
  speed: 2,
};

const CAMERA: Sample = {
  name: "a camera with an interface association and high-bandwidth endpoints",
  device: bytesOf("12 01 00 02 ef 02 01 40 6d 04 2d 08 11 00 00 02 01 01"),
  configurations: [
    configuration(
      { interfaces: 2, attributes: 0x80, power: 250, string: 3 },
      "08 0b 00 02 0e 03 00 05",
      "09 04 00 00 01 0e 01 00 05  0d 24 01 00 01 1a 00 80 8d 5b 00 01 01  07 05 86 03 40 00 08  05 25 03 40 00",
      "09 04 01 00 00 0e 02 00 00  0e 24 01 01 29 00 81 00 03 00 00 00 01 00",
      "09 04 01 01 01 0e 02 00 00  07 05 81 05 c0 00 01  09 04 01 02 01 0e 02 00 00  07 05 81 05 00 14 01",
    ),
  ],
  strings: { 1: "A1B2C3", 2: "HD Pro Webcam C920", 3: "", 5: "Video" },
  langids: [0x0409],
  bus: 3,
  address: 9,
  speed: 3,
};

const SERIAL: Sample = {
  name: "a serial adapter with two configurations whose strings the device refuses",
  device: bytesOf("12 01 01 02 02 00 00 40 25 05 a7 a4 16 15 01 02 03 02"),
  configurations: [
    configuration(
      { interfaces: 2, value: 2, string: 4, attributes: 0xc0, power: 1 },
      "08 0b 00 02 02 02 01 07",
      "09 04 00 00 01 02 02 01 05  05 24 00 10 01  05 24 01 00 01  04 24 02 02  05 24 06 00 01  07 05 82 03 0a 00 09",
      "09 04 01 00 02 0a 00 00 06  07 05 81 02 00 02 00  07 05 01 02 00 02 00",
    ),
    configuration({ interfaces: 1, value: 5, power: 255 }, "09 04 03 00 00 42 01 02 00"),
  ],
  strings: { 1: "Linux", 2: undefined, 3: undefined, 4: undefined, 5: "CDC", 6: "CDC Data" },
  langids: [0x0409],
  bus: 1,
  address: 12,
  speed: 3,
};

const GADGET_ZERO: Sample = {
  name: "gadget zero with isochronous endpoints in a second alternate setting",
  device: bytesOf("12 01 10 02 ff 00 00 40 25 05 a0 a4 01 06 01 02 03 02"),
  configurations: [
    configuration(
      { interfaces: 1, value: 3, string: 4, attributes: 0xc0, power: 1 },
      "09 04 00 00 02 ff 00 00 00  07 05 81 02 00 02 00  07 05 01 02 00 02 00",
      "09 04 00 01 04 ff 00 00 00  07 05 81 02 00 02 00  07 05 01 02 00 02 00  07 05 82 01 00 04 04  07 05 02 01 00 04 04",
    ),
    configuration(
      { interfaces: 1, value: 2, string: 5, attributes: 0xc0, power: 1 },
      "09 04 00 00 02 ff 00 00 06  07 05 81 02 00 02 00  07 05 01 02 00 02 00",
    ),
  ],
  strings: {
    1: "Linux with dummy_udc",
    2: "Gadget Zero",
    3: "0123456789",
    4: "source and sink data",
    5: "loop input to output",
    6: "loop",
  },
  langids: [0x0409],
  bus: 1,
  address: 2,
  speed: 3,
};

const WITHOUT_LANGUAGES: Sample = {
  name: "a device that names strings and has no languages",
  device: bytesOf("12 01 00 02 dc 00 00 40 34 12 cd ab 42 f9 01 02 03 01"),
  configurations: [configuration({ interfaces: 1, string: 9 }, "09 04 00 00 00 fe 01 01 08")],
  strings: {},
  langids: [],
  bus: 255,
  address: 1,
  speed: 2,
};

const ROOT_HUB: Sample = {
  name: "the root hub of a SuperSpeed bus",
  device: bytesOf("12 01 00 03 09 00 03 09 6b 1d 03 00 01 06 03 02 01 01"),
  configurations: [
    configuration(
      { interfaces: 1, attributes: 0xe0, power: 0 },
      "09 04 00 00 01 09 00 00 00  07 05 81 03 04 00 0c  06 30 00 00 02 00",
    ),
  ],
  strings: { 1: "0000:00:14.0", 2: "xHCI Host Controller", 3: "Linux 6.1.0 xhci-hcd" },
  langids: [0x0409],
  bus: 2,
  address: 1,
  speed: 4,
};

/** Descriptors of devices as they exist, well-formed. */
export const SAMPLES: readonly Sample[] = [
  KEYBOARD,
  HUB,
  STORAGE,
  SUPERSPEED_STORAGE,
  AUDIO,
  CAMERA,
  SERIAL,
  GADGET_ZERO,
  WITHOUT_LANGUAGES,
  ROOT_HUB,
];
