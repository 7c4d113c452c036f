import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { getBackend } from "@tsusb/backend-libusb1";
import { describe as describeDevice, findAll, type IBackend } from "@tsusb/core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { INTENDED_DIFFERENCES } from "../../core/test/describe-differences.js";

const run = promisify(execFile);

/** Prints every device as PyUSB does, behind a line with its bus and address. */
const PRINT_ALL = `
import usb.core
for device in usb.core.find(find_all=True):
    print("@@@ %d:%d" % (device.bus, device.address))
    print(device)
`;

let backend: IBackend;
let theirs: Map<string, string[]>;

beforeAll(async () => {
  backend = await getBackend();
  // Debian's own Python: another one in PATH would not see python3-usb.
  const { stdout } = await run("/usr/bin/python3", ["-c", PRINT_ALL], { maxBuffer: 16 * 1024 * 1024 });
  theirs = new Map();
  let lines: string[] = [];
  for (const line of stdout.replace(/\n$/, "").split("\n")) {
    if (line.startsWith("@@@ ")) {
      lines = [];
      theirs.set(line.slice(4), lines);
    } else {
      lines.push(line);
    }
  }
});

afterAll(() => backend.close());

describe("describe(device) beside PyUSB's print(device)", () => {
  it("says the same, line for line, of every device in the guest but for the intended differences", async () => {
    const devices = await findAll({ backend });
    expect(devices.map((device) => `${device.bus}:${device.address}`).sort()).toEqual(
      [...theirs.keys()].sort(),
    );
    const products = devices.map((device) => device.product);
    for (const product of [
      "Gadget Zero",
      "QEMU USB Keyboard",
      "QEMU USB Tablet",
      "QEMU USB HARDDRIVE",
      "QEMU USB Hub",
    ]) {
      expect(products).toContain(product);
    }
    expect(products.filter((product) => product === "Gadget Zero")).toHaveLength(2);
    for (const device of devices) {
      const ours = (await describeDevice(device)).split("\n");
      const expected = (theirs.get(`${device.bus}:${device.address}`) ?? []).map((line) =>
        INTENDED_DIFFERENCES.reduce((text, difference) => difference.apply(text, device), line),
      );
      expect(ours, `bus ${device.bus} address ${device.address}`).toEqual(expected);
      await device.close();
    }
  });
});
