import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { type Device, findAll } from "@tsusb/core";
import { beforeAll, expect, it, describe as suite } from "vitest";
import { describe } from "../src/describe.js";
import { headline } from "../src/headline.js";
import { showDevices } from "../src/show-devices.js";
import { applyDifferences, INTENDED_DIFFERENCES } from "./describe-differences.js";
import { ensurePyUSB, PYTHON } from "./pyusb/ensure-pyusb.js";
import { playSample, SampleBackend } from "./sample-backend.js";
import { bytesOf, configuration, SAMPLES, type Sample } from "./usb/samples.js";

interface Printed {
  readonly devices: readonly {
    readonly print: string;
    readonly repr: string;
    readonly parts: readonly (readonly [repr: string, print: string])[];
  }[];
  readonly listing: string;
  readonly verbose: string;
}

/** What PyUSB prints of devices, from the same bytes. */
function printWithPyUSB(samples: readonly Sample[]): Printed {
  const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString("hex");
  const input = samples.map((sample) => ({
    ...sample,
    device: hex(sample.device),
    configurations: sample.configurations.map(hex),
  }));
  const script = fileURLToPath(new URL("./pyusb/print_devices.py", import.meta.url));
  const { status, stdout, stderr } = spawnSync(PYTHON, [script], {
    input: JSON.stringify(input),
    encoding: "utf8",
    timeout: 15_000,
    maxBuffer: 2 ** 26,
  });
  if (status !== 0) throw new Error(`print_devices.py ended with ${status}: ${stderr}`);
  return JSON.parse(stdout) as Printed;
}

/** Samples in which every value that has a meaning of its own in print stands once. */
function everyValue(): readonly Sample[] {
  const device = bytesOf("12 01 00 02 00 00 00 40 34 12 78 56 00 01 00 00 00 01");
  const base: Omit<Sample, "name"> = {
    device,
    configurations: [configuration({ interfaces: 0 })],
    strings: {},
    langids: [],
    bus: 1,
    address: 1,
    speed: 3,
  };
  return Array.from({ length: 256 }, (_, value) => {
    const bytes = device.slice();
    bytes.set([value, 255 - value], 2); // bcdUSB
    bytes.set([value], 4); // bDeviceClass
    bytes.set([value, value], 12); // bcdDevice
    const endpoint = Uint8Array.of(7, 5, value, value, value, value, value);
    const head = { interfaces: 1, value, attributes: value, power: value };
    const setting = Uint8Array.of(9, 4, value, value, 1, value, value, value, 0);
    return {
      ...base,
      name: `value ${value}`,
      device: bytes,
      configurations: [configuration(head, setting, endpoint)],
      speed: value % 7,
    };
  });
}

function partsOf(device: Device) {
  return device.configurations.flatMap((each) => [
    each,
    ...each.interfaces.flatMap((setting) => [setting, ...setting.endpoints]),
  ]);
}

suite("describe, beside PyUSB", () => {
  const all = [...SAMPLES, ...everyValue()];
  const backend = new SampleBackend(all);
  let devices: readonly Device[];
  let missing: string | undefined;
  let printed: Printed;

  beforeAll(async () => {
    missing = ensurePyUSB();
    if (missing !== undefined) return;
    printed = printWithPyUSB(all);
    devices = await findAll({ backend });
  }, 180_000);

  for (const [at, { name }] of SAMPLES.entries())
    it(`prints ${name} line for line as PyUSB does`, async ({ skip }) => {
      if (missing !== undefined) skip(missing);
      const device = devices[at] as Device;
      const expected = applyDifferences(printed.devices[at]?.print ?? "", device);
      expect((await describe(device)).split("\n")).toEqual(expected.split("\n"));
    });

  it("prints every value of the fields that have a meaning as PyUSB does", async ({ skip }) => {
    if (missing !== undefined) skip(missing);
    expect(devices).toHaveLength(all.length);
    for (const [at, device] of devices.entries())
      expect(await describe(device)).toBe(applyDifferences(printed.devices[at]?.print ?? "", device));
  });

  it("prints configurations, interfaces and endpoints by themselves, and their headlines, as PyUSB does", async ({
    skip,
  }) => {
    if (missing !== undefined) skip(missing);
    for (const [at, device] of devices.entries()) {
      const parts = partsOf(device);
      const ours = await Promise.all(
        parts.map(async (part) => [`<${headline(part)}>`, await describe(part)]),
      );
      const theirs = printed.devices[at]?.parts.map((part) =>
        part.map((text) => applyDifferences(text, device)),
      );
      expect(ours).toEqual(theirs);
      expect(`<${headline(device)}>`).toBe(printed.devices[at]?.repr);
    }
  });

  it("lists devices as PyUSB's show_devices does, in short and in full", async ({ skip }) => {
    if (missing !== undefined) skip(missing);
    expect(await showDevices({ backend })).toBe(printed.listing);
    const full = await Promise.all(devices.map(async (device) => `${await describe(device)}\n\n`));
    expect(await showDevices({ backend, verbose: true })).toBe(full.join(""));
  });

  it("has a use for every intended difference", ({ skip }) => {
    if (missing !== undefined) skip(missing);
    for (const { name, apply, reason } of INTENDED_DIFFERENCES) {
      expect(reason).not.toBe("");
      const changes = printed.devices.some(({ print }, at) => {
        const device = devices[at] as Device;
        return print.split("\n").some((line) => apply(line, device) !== line);
      });
      expect(changes, name).toBe(true);
    }
  });
});

suite("describe", () => {
  it("says that a string cannot be read, and why nowhere, where the device refuses it", async () => {
    const { device } = await playSample(SAMPLES[6] as Sample);
    expect(await describe(device)).toContain("iProduct               :    0x2 Error Accessing String\n");
  });

  it("opens the device only if it has strings", async () => {
    const { device, backend } = await playSample(SAMPLES[1] as Sample);
    await describe(device);
    expect(backend.calls).toEqual([]);
  });

  it("leaves bus and address out of the headline where the backend cannot tell", async () => {
    const { device } = await playSample({ ...(SAMPLES[0] as Sample), bus: undefined as never });
    expect(headline(device)).toBe("DEVICE ID 046d:c31c");
  });

  it.each([[undefined], [null], [5], ["device"], [{}]])("refuses %s, naming the argument", async (value) => {
    await expect(describe(value as never)).rejects.toThrow(TypeError);
    await expect(describe(value as never)).rejects.toThrow(/^target must be/);
  });

  it("passes unknown options of showDevices on to the check of findAll", async () => {
    await expect(showDevices({ backend: new SampleBackend([]), idvendor: 1 } as never)).rejects.toThrow(
      TypeError,
    );
  });
});
