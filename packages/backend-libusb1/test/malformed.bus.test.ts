import { readFile } from "node:fs/promises";
import { findAll, type IBackend } from "@tsusb/core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { BusClient } from "../../../testbed/bus/client.js";
import { parseConfiguration } from "../../core/src/usb/parse-configuration.js";
import { parseDeviceDescriptor } from "../../core/src/usb/parse-device.js";
import { getBackend } from "../src/index.js";
import { bytesOf, MALFORMED_KINDS } from "./malformed-kinds.js";

let backend: IBackend;
let bus: BusClient;
let listed: Map<number, { warnings: readonly string[]; endpoints: number }>;

beforeAll(async () => {
  bus = await BusClient.connect();
  for (const [index, kind] of MALFORMED_KINDS.entries()) {
    await bus.plug({ id: `malformed-${index}`, raw: bytesOf(kind, index), port: `${index + 10}` });
  }
  // Opened behind them: what libusb makes of a device is settled when it first sees it.
  backend = await getBackend({ logLevel: 0 });
  const devices = await findAll({ idVendor: 0x1209, backend });
  listed = new Map(
    devices
      .filter((device) => device.idProduct >= 0x1000)
      .map((device) => [
        device.idProduct - 0x1000,
        {
          warnings: device.warnings.map((warning) => warning.code),
          endpoints: device.configurations[0]?.interfaces[0]?.endpoints.length ?? 0,
        },
      ]),
  );
});

afterAll(async () => {
  await backend.close();
  for (const index of MALFORMED_KINDS.keys()) await bus.unplug(`malformed-${index}`);
  bus.close();
});

function firstFault(index: number): string | undefined {
  const kind = MALFORMED_KINDS[index];
  if (kind === undefined) return undefined;
  const bytes = Buffer.from(bytesOf(kind, index), "hex");
  const { warnings } = parseDeviceDescriptor(bytes.subarray(0, 18));
  const all = [...warnings, ...parseConfiguration(bytes.subarray(18), 0).warnings];
  // Sound bytes, but fewer sets than the device promised: the backend has no answer for the next index.
  return all.length > 0 ? all[0]?.code : "unreadable";
}

describe("devices with malformed descriptors", () => {
  it.each(MALFORMED_KINDS.map((kind, index) => ({ ...kind, index })))(
    "$name: libusb lists it: $listed",
    // Of a device that libusb does not list, core is given the bytes that it would have had.
    ({ index, listed: expected, warning }) => {
      const device = listed.get(index);
      expect(device !== undefined).toBe(expected);
      expect(device?.warnings[0] ?? firstFault(index)).toBe(warning);
    },
  );

  it("spoil no other device of the list", async () => {
    const sound = await findAll({ idVendor: 0x1209, idProduct: 0x0001, backend });
    expect(sound).toHaveLength(1);
    expect(sound[0]?.warnings).toEqual([]);
  });

  it("stand in the documentation as they are", async () => {
    const page = await readFile(new URL("../../../docs/malformed-descriptors.md", import.meta.url), "utf8");
    for (const { name, listed: isListed, warning } of MALFORMED_KINDS) {
      expect(page).toContain(`| ${name} | ${isListed ? "lists it" : "drops it"} | \`${warning}\` |`);
    }
  });
});
