// Turns a device described in JSON into the words that the daemon reads (daemon/describe.h).

const SPEEDS = { low: "1.5", full: "12", high: "480", super: "5000", "super+": "10000" };
const TRANSFER_TYPES = { control: 0, isochronous: 1, bulk: 2, interrupt: 3 };
const KEYS = new Set([
  "id", "bus", "port", "speed", "device", "configurations", "raw", "strings", "langids", "manufacturer", "product",
  "serialNumber", "bos", "node", "endpoints", "drivers", "store", "requests", "latency", "bandwidth", "clock",
]); // biome-ignore format: names are looked up here, not read: a line each would fill a screen

/** @typedef {Record<string, any>} Description one device, as in testbed/bus/devices/*.json */

/** @param {string} what @param {unknown} value @returns {number} */
function number(what, value) {
  const n = typeof value === "string" && value.trim() !== "" ? Number(value) : value;
  if (typeof n !== "number" || !Number.isInteger(n) || n < 0) {
    throw new TypeError(`${what}: ${JSON.stringify(value)} is not a number; write 18, "18" or "0x12"`);
  }
  return n;
}

/** @param {string} what @param {unknown} value @returns {Buffer} */
function bytes(what, value) {
  if (typeof value !== "string" || !/^([\s:]*[0-9a-f]{2})*[\s:]*$/i.test(value)) {
    throw new TypeError(
      `${what}: ${JSON.stringify(value)} is not hex; write pairs of digits, spaces are ignored`,
    );
  }
  return Buffer.from(value.replace(/[\s:]/g, ""), "hex");
}

/** @param {Uint8Array} data */
const hex = (data) => (data.length === 0 ? "-" : Buffer.from(data).toString("hex"));

/** @param {number} n */
const u16 = (n) => [n & 255, n >> 8];

class Strings {
  /** @type {Map<number, Map<string, Buffer>>} index → language id in hex → descriptor */
  #strings = new Map();
  /** @type {string[]} */
  langids;

  /** @param {Description} d */
  constructor(d) {
    this.langids = (d.langids ?? ["0x0409"]).map((/** @type {unknown} */ id) =>
      number("langids", id).toString(16).padStart(4, "0"),
    );
    for (const [index, value] of Object.entries(d.strings ?? {}))
      this.#define(number("strings", index), value);
  }

  /** @param {number} index @param {any} value a text, { raw: hex }, or one of these for each language */
  #define(index, value) {
    const perLanguage =
      typeof value === "string" || value.raw !== undefined
        ? Object.fromEntries(this.langids.map((id) => [id, value]))
        : Object.fromEntries(
            Object.entries(value).map(([id, v]) => [number("strings", id).toString(16).padStart(4, "0"), v]),
          );
    this.#strings.set(
      index,
      new Map(Object.entries(perLanguage).map(([id, v]) => [id, this.#descriptor(v)])),
    );
  }

  /** @param {any} value */
  #descriptor(value) {
    if (typeof value !== "string") return bytes("strings", value.raw);
    const text = Buffer.from(value, "utf16le");
    if (text.length > 252) throw new RangeError(`strings: "${value}" is longer than 126 characters`);
    return Buffer.concat([Buffer.from([text.length + 2, 3]), text]);
  }

  /** The index of a string: itself if it is a number, else a new or known one that holds the text. @param {unknown} value */
  indexOf(value) {
    if (value === undefined) return 0;
    if (typeof value === "number") return value;
    const wanted = this.#descriptor(value);
    for (const [index, languages] of this.#strings) {
      if (index > 0 && this.langids.every((id) => languages.get(id)?.equals(wanted))) return index;
    }
    let index = 1;
    while (this.#strings.has(index)) index++;
    this.#define(index, value);
    return index;
  }

  *statements() {
    if (!this.#strings.has(0) && this.#strings.size > 0) {
      const list = Buffer.concat(this.langids.map((id) => Buffer.from(u16(Number.parseInt(id, 16)))));
      yield `string 0 0 ${hex(Buffer.concat([Buffer.from([list.length + 2, 3]), list]))}`;
    }
    for (const [index, languages] of this.#strings) {
      for (const [id, descriptor] of languages) yield `string ${index} ${index ? id : 0} ${hex(descriptor)}`;
    }
  }
}

/** @param {Description} d @param {Strings} strings */
function deviceDescriptor(d, strings) {
  const f = d.device ?? {};
  const get = (/** @type {string} */ name, /** @type {number} */ fallback) =>
    number(name, f[name] ?? fallback);
  return Buffer.from([
    18, 1, ...u16(get("bcdUSB", 0x0200)), get("bDeviceClass", 0), get("bDeviceSubClass", 0), get("bDeviceProtocol", 0),
    get("bMaxPacketSize0", 64), ...u16(get("idVendor", 0x1209)), ...u16(get("idProduct", 1)),
    ...u16(get("bcdDevice", 0x0100)), strings.indexOf(f.iManufacturer ?? d.manufacturer),
    strings.indexOf(f.iProduct ?? d.product), strings.indexOf(f.iSerialNumber ?? d.serialNumber),
    get("bNumConfigurations", d.configurations?.length ?? 0),
  ]); // biome-ignore format: fields in the order of the bytes, a few a line, as the specification has them
}

/** @param {Description} e */
function endpointDescriptor(e) {
  const attributes =
    TRANSFER_TYPES[/** @type {"bulk"} */ (e.bmAttributes)] ?? number("bmAttributes", e.bmAttributes);
  return Buffer.concat([
    Buffer.from([7, 5, number("bEndpointAddress", e.bEndpointAddress), attributes]),
    Buffer.from([
      ...u16(number("wMaxPacketSize", e.wMaxPacketSize ?? 512)),
      number("bInterval", e.bInterval ?? 0),
    ]),
    bytes("extra", e.extra ?? ""),
  ]);
}

/** @param {Description} i @param {Strings} strings */
function interfaceDescriptor(i, strings) {
  const endpoints = i.endpoints ?? [];
  return Buffer.concat([
    Buffer.from([
      9, 4, number("bInterfaceNumber", i.bInterfaceNumber ?? 0), number("bAlternateSetting", i.bAlternateSetting ?? 0),
      number("bNumEndpoints", i.bNumEndpoints ?? endpoints.length), number("bInterfaceClass", i.bInterfaceClass ?? 255),
      number("bInterfaceSubClass", i.bInterfaceSubClass ?? 0), number("bInterfaceProtocol", i.bInterfaceProtocol ?? 0),
      strings.indexOf(i.iInterface),
    ]), // biome-ignore format: fields in the order of the bytes, a few a line, as the specification has them
    bytes("extra", i.extra ?? ""),
    ...endpoints.map(endpointDescriptor),
  ]);
}

/** @param {Description} c @param {Strings} strings @param {number} position */
function configuration(c, strings, position) {
  if (c.raw !== undefined) return bytes("raw", c.raw);
  const interfaces = c.interfaces ?? [];
  const numbers = new Set(interfaces.map((/** @type {Description} */ i) => i.bInterfaceNumber ?? 0));
  const rest = Buffer.concat([
    bytes("extra", c.extra ?? ""),
    ...interfaces.map((/** @type {Description} */ i) => interfaceDescriptor(i, strings)),
  ]);
  return Buffer.concat([
    Buffer.from([
      9, 2, ...u16(9 + rest.length), number("bNumInterfaces", c.bNumInterfaces ?? numbers.size),
      number("bConfigurationValue", c.bConfigurationValue ?? position + 1), strings.indexOf(c.iConfiguration),
      number("bmAttributes", c.bmAttributes ?? 0x80), number("bMaxPower", c.bMaxPower ?? 50),
    ]), // biome-ignore format: fields in the order of the bytes, a few a line, as the specification has them
    rest,
  ]);
}

/** What is only for isochronous endpoints. @param {any} behaviour */
function* isochronousWords({ lengths, eachTransfer, record }) {
  if (record !== undefined) yield `record ${number("record", record)}`;
  if (eachTransfer) yield "each-transfer";
  if (Array.isArray(lengths) || typeof lengths === "number") {
    const list = [lengths].flat().map((one) => (/^E[A-Z]+$/.test(one) ? one : number("lengths", one)));
    if (list.length === 0) throw new TypeError("lengths: an empty list says nothing of any packet");
    yield `lengths ${list.join()}`;
  } else if (lengths !== undefined) {
    const { seed, short = 0, empty = 0, failed = 0 } = lengths;
    yield `random ${number("seed", seed)} ${number("short", short)} ${number("empty", empty)} ${number("failed", failed)}`;
  }
}

/** What the seed decides of a source's transfers. @param {any} behaviour */
function chanceWords({ chance }) {
  if (chance === undefined) return "";
  const { seed, short = 0, pause = 0 } = chance;
  return ` chance ${number("seed", seed)} ${number("short", short)} ${number("pause", pause)}`;
}

/** @param {string} address @param {any} behaviour */
function* endpointStatements(address, behaviour) {
  const at = number("endpoints", address);
  const kind = typeof behaviour === "string" ? behaviour : Object.keys(behaviour)[0];
  const value = typeof behaviour === "string" ? undefined : behaviour[/** @type {string} */ (kind)];
  if (kind === "source") {
    const pattern =
      typeof value === "object" ? `constant ${number("constant", value.constant)}` : (value ?? "mod63");
    const message = behaviour.message ? ` message ${number("message", behaviour.message)}` : "";
    yield `source ${at} ${pattern}${message}${chanceWords(behaviour)}`;
  } else if (kind === "sink") {
    yield `sink ${at}${value === "words" ? " words" : ""}`;
  } else if (kind === "loopback") {
    yield `loopback ${at} ${number("loopback", value)}${behaviour.capacity ? ` ${behaviour.capacity}` : ""}`;
  } else if (kind === "reports") {
    for (const report of value)
      yield `report ${at} ${behaviour.interval ?? 8000} ${hex(bytes("reports", report))}`;
  } else if (kind === "packets") {
    for (const packet of value) yield `packet ${at} ${hex(bytes("packets", packet))}`;
  } else if (kind !== "silent") {
    throw new TypeError(
      `endpoints: ${JSON.stringify(kind)} is not a behaviour; write source, sink, loopback, reports, packets or silent`,
    );
  }
  const words = typeof behaviour === "string" ? [] : [...isochronousWords(behaviour)];
  if (words.length > 0) yield `isochronous ${at} ${words.join(" ")}`;
}

/** @param {Description} d */
function* behaviourStatements(d) {
  for (const [address, behaviour] of Object.entries(d.endpoints ?? {}))
    yield* endpointStatements(address, behaviour);
  for (const [interfaceNumber, name] of Object.entries(d.drivers ?? {})) {
    yield `driver ${number("drivers", interfaceNumber)} ${name}`;
  }
  for (const s of d.store ?? []) {
    yield `store ${number("store.write", s.write)} ${number("store.read", s.read)} ${number("store.size", s.size ?? 4096)}`;
  }
  const any = (/** @type {string} */ name, /** @type {unknown} */ v) =>
    v === undefined ? "*" : number(name, v);
  for (const r of d.requests ?? []) {
    const head = `${number("bmRequestType", r.bmRequestType)} ${number("bRequest", r.bRequest)}`;
    const answer = r.stall ? "stall" : `ok ${hex(bytes("data", r.data ?? ""))}`;
    yield `answer ${head} ${any("wValue", r.wValue)} ${any("wIndex", r.wIndex)} ${answer}`;
  }
}

/**
 * The daemon's words for one device.
 *
 * @param {Description} d
 * @returns {string}
 */
export function describe(d) {
  for (const key of Object.keys(d)) {
    if (!KEYS.has(key)) throw new TypeError(`a device has no "${key}"; it has ${[...KEYS].join(", ")}`);
  }
  if (d.id !== undefined && !/^[\w.:-]{1,60}$/.test(d.id)) {
    throw new TypeError(`id: "${d.id}" must be 1 to 60 letters, digits or _.:-`);
  }
  const strings = new Strings(d);
  const raw = d.raw === undefined ? undefined : bytes("raw", d.raw);
  const device = raw && !d.device ? raw.subarray(0, 18) : deviceDescriptor(d, strings);
  const configurations = (d.configurations ?? []).map(
    (/** @type {Description} */ c, /** @type {number} */ i) => configuration(c, strings, i),
  );
  if (raw && configurations.length === 0 && raw.length > 18)
    configurations.push(...splitRaw(raw.subarray(18)));
  const node = d.node ?? {};
  const statements = [
    ...(d.id ? [`id ${d.id}`] : []),
    `bus ${number("bus", d.bus ?? 1)}`,
    `port ${d.port}`,
    `speed ${SPEEDS[/** @type {"high"} */ (d.speed ?? "high")] ?? d.speed}`,
    `node ${node.mode ?? "0664"} ${number("uid", node.uid ?? 0)} ${number("gid", node.gid ?? 0)}`,
    `device ${hex(device)}`,
    ...configurations.map((/** @type {Buffer} */ c) => `configuration ${hex(c)}`),
    ...(raw ? [`raw ${hex(raw)}`] : []),
    ...(d.bos ? [`bos ${hex(bytes("bos", d.bos))}`] : []),
    `langids ${strings.langids.join(" ")}`,
    ...strings.statements(),
    ...behaviourStatements(d),
    ...(d.clock === "stopped" ? ["clock stopped"] : []),
    ...(d.latency ? [`latency ${number("latency", d.latency)}`] : []),
    ...(d.bandwidth ? [`bandwidth ${Number(d.bandwidth)}`] : []),
  ];
  return statements.join(";");
}

/** Configurations by their wTotalLength; what makes no sense goes with the last one. @param {Buffer} raw */
function splitRaw(raw) {
  const parts = [];
  let at = 0;
  while (at < raw.length) {
    const total = raw.length - at >= 4 && raw[at + 1] === 2 ? raw.readUInt16LE(at + 2) : 0;
    const end = total >= 9 && at + total < raw.length ? at + total : raw.length;
    parts.push(raw.subarray(at, end));
    at = end;
  }
  return parts;
}

/**
 * What a description file holds as lines for the daemon. Devices without a port get the next free one of their bus.
 *
 * @param {any[]} files parsed JSON: a device, an array of devices, or { devices, memory }
 * @returns {string}
 */
export function describeAll(files) {
  const lines = [];
  const devices = [];
  for (const file of files) {
    if (file.memory !== undefined) lines.push(`memory ${Math.round(Number(file.memory) * 1024 * 1024)}`);
    devices.push(...(Array.isArray(file) ? file : (file.devices ?? [file])));
  }
  const taken = new Set(devices.map((d) => `${d.bus ?? 1}-${d.port}`));
  for (const d of devices) {
    let port = d.port;
    for (let next = 1; port === undefined; next++) {
      if (!taken.has(`${d.bus ?? 1}-${next}`)) port = String(next);
    }
    taken.add(`${d.bus ?? 1}-${port}`);
    lines.push(`plug ${describe({ ...d, port })}`);
  }
  return lines.map((line) => `${line}\n`).join("");
}
