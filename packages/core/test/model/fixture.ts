import { type Device, find } from "@tsusb/core";
import type { BackendSupports } from "@tsusb/core/backend";
import {
  configurationBytes,
  deviceBytes,
  FakeBackend,
  type FakeDevice,
  type FakeDeviceOptions,
} from "../support/fake-backend.js";

/** A fake device with every kind of endpoint, and the object that core makes of it. */
export interface Fixture {
  readonly backend: FakeBackend;
  readonly plugged: FakeDevice;
  readonly device: Device;
}

/**
 * Interface 0: bulk loopback 0x81/0x01. Interface 1: nothing, or with alternate setting 1 interrupt loopback 0x83/0x03.
 * Interface 2: bulk IN 0x85, silent. Interface 3: isochronous 0x86/0x06. Configuration 2: bulk IN 0x84.
 */
export async function fixture(
  options: FakeDeviceOptions = {},
  supports: Partial<BackendSupports> = {},
): Promise<Fixture> {
  const backend = new FakeBackend(supports);
  const plugged = backend.plug({
    bus: 1,
    address: 2,
    speed: 3,
    descriptor: deviceBytes({ iManufacturer: 1, iProduct: 2, iSerialNumber: 3, bNumConfigurations: 2 }),
    configurations: [
      configurationBytes([
        { number: 0, endpoints: [{ address: 0x81 }, { address: 0x01 }] },
        { number: 1, alternate: 0 },
        {
          number: 1,
          alternate: 1,
          endpoints: [
            { address: 0x83, type: "interrupt", wMaxPacketSize: 64 },
            { address: 0x03, type: "interrupt", wMaxPacketSize: 64 },
          ],
        },
        { number: 2, endpoints: [{ address: 0x85 }] },
        {
          number: 3,
          endpoints: [
            { address: 0x86, type: "isochronous", wMaxPacketSize: 100 },
            { address: 0x06, type: "isochronous", wMaxPacketSize: 100 },
          ],
        },
      ]),
      configurationBytes([{ number: 0, endpoints: [{ address: 0x84 }] }], 2),
    ],
    strings: { 1: "tsusb", 2: "Fake", 3: "F-1" },
    endpoints: { 129: "loopback", 1: "loopback", 131: "loopback", 3: "loopback" },
    ...options,
  });
  const device = await find({ backend });
  if (device === undefined) throw new Error("the fake backend lists nothing");
  return { backend, plugged, device };
}

/** Lets everything run that needs no event of the outside. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 5; turn++) await new Promise((resolve) => setImmediate(resolve));
}
