import { describe, expect, it } from "vitest";
import { DescriptorFaults } from "../../src/usb/descriptor-faults.js";
import type { ConfigurationDescriptor, DescriptorWarning } from "../../src/usb/descriptors.js";
import { parseBOS } from "../../src/usb/parse-bos.js";
import { parseConfiguration } from "../../src/usb/parse-configuration.js";
import { parseDeviceDescriptor } from "../../src/usb/parse-device.js";
import { splitDescriptors } from "../../src/usb/split-descriptors.js";
import { parseLangids, parseStringDescriptor } from "../../src/usb/strings.js";
import { Random } from "./random.js";
import { bytesOf, SAMPLES } from "./samples.js";

const ROUNDS = 20_000;
const CONFIGURATIONS = SAMPLES.flatMap(({ configurations }) => configurations);
const BOS = bytesOf(
  "05 0f 4e 00 05  07 10 02 06 00 00 00  0a 10 03 02 0e 00 01 0a ff 07  14 10 04 00 00 01 02 03 04 05 06 07 08 09 0a 0b 0c 0d 0e 0f",
  "18 10 05 00 38 b6 08 34 a9 09 a0 47 8b fd a0 76 88 15 b6 65 00 01 01 02  10 10 0a 00 00 00 00 00 00 11 00 00 30 40 0a 00",
);

/** Spoils a copy: changes, inserts, removes, repeats or cuts, one to eight times. */
function mutate(original: Uint8Array, random: Random): Uint8Array {
  let bytes = [...original];
  for (let left = 1 + random.below(8); left > 0; left -= 1) {
    const at = random.below(bytes.length + 1);
    const length = random.below(12);
    const value = random.pick([0, 1, 2, 4, 5, 7, 9, 0x0b, 0x30, 0x7f, 0x80, 0xff, random.below(256)]);
    const change = random.below(6);
    if (change <= 1) bytes[at] = value;
    else if (change === 2) bytes.splice(at, 0, ...Array.from({ length }, () => random.below(256)));
    else if (change === 3) bytes.splice(at, length);
    else if (change === 4) bytes.splice(at, 0, ...bytes.slice(at, at + random.below(64)));
    else bytes = bytes.slice(0, at);
  }
  return Uint8Array.from(bytes, (byte) => byte ?? 0);
}

function checkWarnings(warnings: readonly DescriptorWarning[], bytes: Uint8Array): void {
  if (warnings.length > 64) throw new Error(`${warnings.length} warnings`);
  for (const { offset } of warnings)
    if (!Number.isInteger(offset) || offset < 0 || (offset >= bytes.length && offset !== 0))
      throw new Error(`offset ${offset} lies outside of ${bytes.length} bytes`);
}

/** Every descriptor of the tree, once, as the bytes that its fields say. */
function serialise(configuration: ConfigurationDescriptor): readonly string[] {
  const word = (value: number) => [value & 0xff, value >> 8];
  const known: number[][] = configuration.interfaceAssociations.map((each) => [
    each.bLength,
    each.bDescriptorType,
    each.bFirstInterface,
    each.bInterfaceCount,
    each.bFunctionClass,
    each.bFunctionSubClass,
    each.bFunctionProtocol,
    each.iFunction,
  ]);
  const raw = [...configuration.extraDescriptors];
  for (const each of configuration.interfaces) {
    known.push([
      each.bLength,
      each.bDescriptorType,
      each.bInterfaceNumber,
      each.bAlternateSetting,
      each.bNumEndpoints,
      each.bInterfaceClass,
      each.bInterfaceSubClass,
      each.bInterfaceProtocol,
      each.iInterface,
    ]);
    raw.push(...each.extraDescriptors);
    for (const endpoint of each.endpoints) {
      const { ssCompanion: companion } = endpoint;
      known.push([
        endpoint.bLength,
        endpoint.bDescriptorType,
        endpoint.bEndpointAddress,
        endpoint.bmAttributes,
        ...word(endpoint.wMaxPacketSize),
        endpoint.bInterval,
      ]);
      if (companion !== undefined)
        known.push([
          companion.bLength,
          companion.bDescriptorType,
          companion.bMaxBurst,
          companion.bmAttributes,
          ...word(companion.wBytesPerInterval),
        ]);
      raw.push(...endpoint.extraDescriptors);
    }
  }
  const hex = (bytes: Iterable<number>) => Buffer.from([...bytes]).toString("hex");
  return [...known.map((each) => `known ${hex(each)}`), ...raw.map(({ bytes }) => `raw ${hex(bytes)}`)];
}

/** What the tree lacks of the input: a piece must stand in it whole, or by the fields that its type has. */
function lost(bytes: Uint8Array, configuration: ConfigurationDescriptor): readonly string[] {
  const held = new Map<string, number>();
  for (const text of serialise(configuration)) held.set(text, (held.get(text) ?? 0) + 1);
  const bLength = bytes[0] ?? 0;
  const start = Math.min(bytes.length, bLength > 9 && bLength < bytes.length ? bLength : 9);
  const missing: string[] = [];
  let end = start;
  for (const piece of splitDescriptors(bytes, start, new DescriptorFaults("", bytes.length))) {
    if (piece.offset !== end) missing.push(`gap at ${end}`);
    end = piece.offset + piece.bytes.length;
    const hex = Buffer.from(piece.bytes).toString("hex");
    const size = { 4: 9, 5: 7, 11: 8, 48: 6 }[piece.bDescriptorType];
    const names = [`raw ${hex}`, ...(size === undefined ? [] : [`known ${hex.slice(0, 2 * size)}`])];
    const name = names.find((each) => (held.get(each) ?? 0) > 0);
    if (name === undefined) missing.push(`${piece.offset}: ${hex}`);
    else held.set(name, (held.get(name) ?? 0) - 1);
  }
  if (end !== bytes.length) missing.push(`gap at ${end}`);
  for (const [name, count] of held) if (count > 0) missing.push(`invented: ${name}`);
  return missing;
}

describe("the parsers", () => {
  it(`lose no byte and invent none in ${ROUNDS} spoilt configurations`, () => {
    const random = new Random(0x5eed);
    for (let round = 0; round < ROUNDS; round += 1) {
      const bytes = mutate(random.pick(CONFIGURATIONS), random);
      const { descriptor, warnings } = parseConfiguration(bytes, 0);
      checkWarnings(warnings, bytes);
      const missing = lost(bytes, descriptor);
      if (missing.length > 0)
        expect({ bytes: Buffer.from(bytes).toString("hex"), missing }).toEqual("nothing lost");
    }
  });

  it(`answer ${ROUNDS} spoilt device descriptors, object stores and strings`, () => {
    const random = new Random(0xb05);
    for (let round = 0; round < ROUNDS; round += 1) {
      const device = mutate(random.pick(SAMPLES).device, random);
      checkWarnings(parseDeviceDescriptor(device).warnings, device);
      const bos = mutate(BOS, random);
      const { warnings, capabilities } = parseBOS(bos);
      checkWarnings(warnings, bos);
      const length = capabilities.reduce((sum, each) => sum + each.bytes.length, 0);
      const start = (bos[0] ?? 0) > 5 && (bos[0] ?? 0) < bos.length ? (bos[0] ?? 0) : 5;
      if (length !== Math.max(0, bos.length - start)) expect(length).toBe(bos.length - start);
      checkWarnings(parseStringDescriptor(device, 1).warnings, device);
      parseLangids(device);
    }
  });

  it("take time in proportion to the bytes", () => {
    // The shortest of many runs: what else the machine does can only make one longer.
    const time = (length: number, piece: readonly number[]) => {
      const bytes = Uint8Array.from({ length }, (_, at) =>
        at < 9 ? 0 : (piece[(at - 9) % piece.length] ?? 0),
      );
      const runs = Array.from({ length: 15 }, () => {
        const started = performance.now();
        parseConfiguration(bytes, 0);
        return performance.now() - started;
      });
      return Math.min(...runs);
    };
    for (const piece of [
      [2, 0x24],
      [9, 4, 0, 0, 0, 0, 0, 0, 0],
      [7, 5, 1, 2, 0, 2, 0],
      [8, 0x0b, 0, 1, 0, 0, 0, 0],
    ]) {
      time(8_192, piece);
      // Eight times the bytes: a quadratic parser would take 64 times as long.
      expect(time(65_535, piece) / Math.max(0.1, time(8_192, piece))).toBeLessThan(40);
    }
  });
});
