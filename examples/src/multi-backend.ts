// Looks for the same device through every backend that works here, and shows side by side how each of them sees it.
import { parseArgs } from "node:util";
import { findAll, getBackend, type IBackend, NoBackendError, USBError, util } from "@tsusb/core";

/** Source: EX_USAGE in sysexits.h. */
const USAGE_ERROR = 64;

const HELP = `usage: node multi-backend.js [--backend NAME]… [--json] VENDOR:PRODUCT

Looks for the devices with these ids (hexadecimal, as in 1209:0001) through every backend that works here, and shows side
by side how each sees them: its key, bus and address, ports, speed, strings, and whether the descriptors are equal.
The strings are asked of the device, which is opened for it.

  --backend NAME   this one, may be repeated (default libusb1, libusb0, openusb); virtual is only asked if named
  --json           for programs: an array of devices, each with what every backend sees of it
  --help           this text

Exit status: 0 if every backend that works sees the same devices with the same descriptors; 1 if they differ, if there is
no such device, or if no backend works; ${USAGE_ERROR} if the arguments make no sense.
`;

/** One device as one backend sees it. */
interface Sighting {
  readonly backend: string;
  readonly key: string;
  readonly bus: number | undefined;
  readonly address: number | undefined;
  readonly portNumbers: readonly number[] | undefined;
  readonly speed: number | undefined;
  readonly strings: Readonly<Record<string, string | undefined>>;
  /** Bytes of the device descriptor and of each configuration, in hexadecimal. */
  readonly descriptors: readonly string[];
}

const SPEEDS: Readonly<Record<number, string>> = {
  [util.SPEED_LOW]: "low",
  [util.SPEED_FULL]: "full",
  [util.SPEED_HIGH]: "high",
  [util.SPEED_SUPER]: "super",
  [util.SPEED_SUPER_PLUS]: "super+",
  [util.SPEED_SUPER_PLUS_X2]: "super+ x2",
};

try {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      backend: { type: "string", multiple: true, default: ["libusb1", "libusb0", "openusb"] },
      json: { type: "boolean", default: false },
      help: { type: "boolean", short: "h" },
    },
  });
  if (values.help) console.log(HELP.trimEnd());
  else process.exitCode = await search(idsIn(positionals), values.backend, values.json);
} catch (error) {
  if (!isUsageError(error)) throw error;
  console.error(`multi-backend: ${error.message}; see --help`);
  process.exitCode = USAGE_ERROR;
}

/** @returns The exit status. */
async function search(
  ids: readonly [number, number],
  names: readonly string[],
  json: boolean,
): Promise<number> {
  const working: string[] = [];
  const sightings: Sighting[] = [];
  for (const name of names) {
    const backend = await backendIfItWorks(name);
    // On stderr, so that what a program reads is not mixed up with it. Why it does not: see availability.ts.
    if (backend === undefined) console.error(`${name} does not work here`);
    else {
      working.push(name);
      sightings.push(...(await sightingsOf(backend, ids)));
      await backend.close();
    }
  }
  const devices = sameDevices(sightings);
  const whole = devices.every((seen) => seen.length === working.length && seen.every(isEqualTo(seen[0])));
  if (json) console.log(JSON.stringify(devices, undefined, 2));
  else if (devices.length > 0) console.log(devices.map(sideBySide).join("\n\n"));
  else console.log(`not found through ${working.join(", ") || "any backend: none works"}`);
  return devices.length > 0 && whole ? 0 : 1;
}

async function backendIfItWorks(name: string): Promise<IBackend | undefined> {
  try {
    return await getBackend({ order: [name] });
  } catch (error) {
    if (error instanceof NoBackendError) return undefined;
    throw error;
  }
}

async function sightingsOf(
  backend: IBackend,
  [idVendor, idProduct]: readonly [number, number],
): Promise<Sighting[]> {
  // The application's view has the strings, the backend's own has the key; both are in the order of the enumeration.
  const devices = await findAll({ backend, idVendor, idProduct });
  const places = new Set(devices.map(({ bus, address }) => `${bus} ${address}`));
  const all = await backend.enumerateDevices();
  const listed = [];
  for (const each of all) {
    if (!places.has(`${each.bus} ${each.address}`)) continue;
    const bytes = Buffer.from(await backend.getDeviceDescriptor(each));
    if (bytes.readUInt16LE(8) === idVendor && bytes.readUInt16LE(10) === idProduct)
      listed.push({ each, bytes });
  }
  if (listed.length !== devices.length) throw new Error("devices came or went meanwhile; run it again");
  const sightings: Sighting[] = [];
  for (const [at, { each, bytes }] of listed.entries()) {
    const device = devices[at];
    if (device === undefined) continue;
    const configurations = Array.from({ length: device.bNumConfigurations }, (_, index) =>
      backend.getConfigurationDescriptor(each, index),
    );
    sightings.push({
      backend: backend.name,
      key: each.key,
      bus: each.bus,
      address: each.address,
      portNumbers: each.portNumbers,
      speed: each.speed,
      strings: await stringsOf(device),
      descriptors: [bytes, ...(await Promise.all(configurations))].map((part) =>
        Buffer.from(part).toString("hex"),
      ),
    });
  }
  return sightings;
}

async function stringsOf(device: Awaited<ReturnType<typeof findAll>>[number]): Promise<Sighting["strings"]> {
  try {
    return { ...(await device.readStrings()) };
  } catch (error) {
    if (!USBError.is(error)) throw error;
    return { manufacturer: error.code, product: error.code, serialNumber: error.code };
  } finally {
    await device.close();
  }
}

/** Puts together what is the same device: by its place on the bus where that is known, else by its descriptors. */
function sameDevices(sightings: readonly Sighting[]): Sighting[][] {
  const devices: Sighting[][] = [];
  for (const sighting of sightings) {
    const known = devices.find(
      (seen) =>
        seen.every(({ backend }) => backend !== sighting.backend) &&
        seen.some((other) => isSame(sighting, other)),
    );
    if (known) known.push(sighting);
    else devices.push([sighting]);
  }
  return devices;
}

function isSame(one: Sighting, other: Sighting): boolean {
  const isPlaced = [one, other].every(({ bus, address }) => bus !== undefined && address !== undefined);
  return isPlaced ? one.bus === other.bus && one.address === other.address : isEqualTo(one)(other);
}

function isEqualTo(one: Sighting | undefined): (other: Sighting) => boolean {
  return (other) => one?.descriptors.join() === other.descriptors.join();
}

function sideBySide(seen: readonly Sighting[]): string {
  const [first] = seen;
  const row = (title: string, cell: (sighting: Sighting) => unknown) => [
    title,
    ...seen.map((each) => shown(cell(each))),
  ];
  return table([
    row("", ({ backend }) => backend),
    row("key", ({ key }) => key),
    row("bus", ({ bus }) => bus),
    row("address", ({ address }) => address),
    row("ports", ({ portNumbers }) => portNumbers?.join(".")),
    row("speed", ({ speed }) => (speed === undefined ? undefined : SPEEDS[speed])),
    row("manufacturer", ({ strings }) => strings.manufacturer ?? "none"),
    row("product", ({ strings }) => strings.product ?? "none"),
    row("serial number", ({ strings }) => strings.serialNumber ?? "none"),
    row("descriptors", (each) => `${each.descriptors.join("").length / 2} bytes${compared(each, first)}`),
  ]);
}

function compared(sighting: Sighting, first: Sighting | undefined): string {
  if (sighting === first) return "";
  return isEqualTo(first)(sighting) ? ", equal" : ", different";
}

function shown(value: unknown): string {
  if (value === undefined) return "not known";
  // What a device calls itself must not command the terminal.
  return String(value).replace(/\p{Cc}/gu, "\ufffd");
}

function table(rows: readonly (readonly string[])[]): string {
  const widths = rows[0]?.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0))) ?? [];
  return rows
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}

function idsIn(words: readonly string[]): readonly [number, number] {
  const [word = "", ...more] = words;
  const [, idVendor, idProduct] = /^([0-9a-f]{1,4}):([0-9a-f]{1,4})$/i.exec(word) ?? [];
  if (idVendor === undefined || idProduct === undefined || more.length > 0)
    throw usageError(`give one device as VENDOR:PRODUCT, not ${JSON.stringify(words.join(" "))}`);
  return [Number.parseInt(idVendor, 16), Number.parseInt(idProduct, 16)];
}

/** As parseArgs makes them. */
function usageError(message: string): Error {
  return Object.assign(new TypeError(message), { code: "ERR_PARSE_ARGS_INVALID_OPTION_VALUE" });
}

function isUsageError(error: unknown): error is Error {
  return error instanceof Error && "code" in error && String(error.code).startsWith("ERR_PARSE_ARGS");
}
