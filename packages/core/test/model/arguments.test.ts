import type { Device } from "@tsusb/core";
import { describe, expect, it } from "vitest";
import { fixture } from "./fixture.js";

/** A call with an argument that types would forbid. */
type Call = (device: Device) => Promise<unknown>;
const wrong = (value: unknown) => value as never;

const CALLS: readonly [string, typeof TypeError | typeof RangeError, RegExp, Call][] = [
  ["an endpoint that is a string", TypeError, /endpoint .*"0x81"/, (device) => device.read(wrong("0x81"), 1)],
  ["an endpoint beyond a byte", RangeError, /endpoint .*300/, (device) => device.read(300, 1)],
  ["no length", TypeError, /length .*undefined/, (device) => device.read(0x81, wrong(undefined))],
  ["a negative length", RangeError, /length .*-1/, (device) => device.read(0x81, -1)],
  ["a fraction of a byte", RangeError, /length .*1\.5/, (device) => device.read(0x81, 1.5)],
  [
    "an endless read",
    RangeError,
    /length .*Infinity/,
    (device) => device.read(0x81, Number.POSITIVE_INFINITY),
  ],
  ["a buffer that is none", TypeError, /buffer .*Array/, (device) => device.readInto(0x81, wrong([1, 2]))],
  ["data that is a number", TypeError, /data/, (device) => device.write(0x01, wrong(5))],
  ["no data", TypeError, /data/, (device) => device.write(0x01, wrong(undefined))],
  ["data with a text in it", TypeError, /data\[0\] .*"a"/, (device) => device.write(0x01, wrong(["a"]))],
  ["data with a value beyond a byte", RangeError, /256/, (device) => device.write(0x01, [1, 256])],
  ["a negative timeout", RangeError, /timeout .*-5/, (device) => device.read(0x81, 1, -5)],
  ["a timeout that is no number", RangeError, /timeout .*NaN/, (device) => device.read(0x81, 1, Number.NaN)],
  [
    "a timeout in words",
    TypeError,
    /options\.timeout .*"1s"/,
    (device) => device.read(0x81, 1, { timeout: wrong("1s") }),
  ],
  [
    "an option of another name",
    TypeError,
    /"timeOut".*timeout, signal/,
    (device) => device.read(0x81, 1, wrong({ timeOut: 5 })),
  ],
  [
    "zeroPacket for a read",
    TypeError,
    /"zeroPacket"/,
    (device) => device.read(0x81, 1, wrong({ zeroPacket: true })),
  ],
  [
    "a zeroPacket of 1",
    TypeError,
    /zeroPacket .*1/,
    (device) => device.write(0x01, [1], wrong({ zeroPacket: 1 })),
  ],
  [
    "a signal that is none",
    TypeError,
    /options\.signal/,
    (device) => device.read(0x81, 1, { signal: wrong({}) }),
  ],
  ["options that are null", TypeError, /options .*null/, (device) => device.read(0x81, 1, wrong(null))],
  [
    "a bmRequestType beyond a byte",
    RangeError,
    /bmRequestType .*256/,
    (device) => device.ctrlTransfer(256, 0),
  ],
  ["a wValue beyond 16 bits", RangeError, /wValue .*65536/, (device) => device.ctrlTransfer(0x80, 0, 65536)],
  ["a wIndex in words", TypeError, /wIndex/, (device) => device.ctrlTransfer(0x80, 0, 0, wrong("0"))],
  [
    "a wLength beyond 16 bits",
    RangeError,
    /wLength .*65536/,
    (device) => device.ctrlTransfer(0x80, 0, 0, 0, 65536),
  ],
  [
    "a length for an OUT request",
    TypeError,
    /new Uint8Array\(4\)/,
    (device) => device.ctrlTransfer(0x40, 0, 0, 0, 4),
  ],
  [
    "text for an IN request",
    TypeError,
    /dataOrLength/,
    (device) => device.ctrlTransfer(0xc0, 0, 0, 0, "text"),
  ],
  ["an interface beyond a byte", RangeError, /interface .*256/, (device) => device.claimInterface(256)],
  ["an interface in words", TypeError, /interface/, (device) => device.claimInterface(wrong("0"))],
  ["a configuration of -1", RangeError, /configuration .*-1/, (device) => device.setConfiguration(-1)],
  [
    "an unknown option of open",
    TypeError,
    /"autoDetach".*autoDetachKernelDriver/,
    (device) => device.open(wrong({ autoDetach: true })),
  ],
  [
    "a driver option of 1",
    TypeError,
    /autoDetachKernelDriver/,
    (device) => device.open(wrong({ autoDetachKernelDriver: 1 })),
  ],
  ["a string index beyond a byte", RangeError, /index .*256/, (device) => device.getString(256)],
  ["a langid beyond 16 bits", RangeError, /langid/, (device) => device.getString(1, 70000)],
  [
    "an unknown field of a request",
    TypeError,
    /"size"/,
    (device) => device.transfer(wrong({ endpoint: 0x81, size: 1 })),
  ],
  ["no request", TypeError, /request .*undefined/, (device) => device.transfer(wrong(undefined))],
  ["a setup that is null", TypeError, /setup .*null/, (device) => device.transfer({ setup: wrong(null) })],
  [
    "isochronous options that are null",
    TypeError,
    /options .*null/,
    (device) => device.isoRead(0x86, 100, wrong(null)),
  ],
  ["a request without an endpoint", TypeError, /endpoint/, (device) => device.transfer({ length: 1 })],
  [
    "data for an IN request",
    TypeError,
    /request\.data .*0xc0/,
    (device) =>
      device.transfer({
        setup: { bmRequestType: 0xc0, bRequest: 0, wValue: 0, wIndex: 0, wLength: 1 },
        data: new Uint8Array(1),
      }),
  ],
  [
    "a buffer to fill for an OUT request",
    TypeError,
    /request\.into .*0x40/,
    (device) =>
      device.transfer({
        setup: { bmRequestType: 0x40, bRequest: 0, wValue: 0, wIndex: 0, wLength: 1 },
        into: new Uint8Array(1),
      }),
  ],
  [
    "data for an IN endpoint",
    TypeError,
    /request\.data/,
    (device) => device.transfer({ endpoint: 0x81, data: new Uint8Array(1) }),
  ],
  [
    "packets that do not add up",
    RangeError,
    /add up/,
    (device) => device.isoRead(0x86, 100, { packetLengths: [10, 20] }),
  ],
  [
    "a wLength that is not the data's",
    RangeError,
    /wLength/,
    (device) =>
      device.transfer({
        setup: { bmRequestType: 0x40, bRequest: 0, wValue: 0, wIndex: 0, wLength: 9 },
        data: new Uint8Array(1),
      }),
  ],
];

describe("wrong arguments", () => {
  it.each(CALLS)(
    "%s: rejects, naming argument and value, and touches nothing",
    async (_, type, message, call) => {
      const { backend, device } = await fixture();
      const rejected = call(device);
      await expect(rejected).rejects.toBeInstanceOf(type);
      await expect(rejected).rejects.toThrow(message);
      expect(backend.log).toEqual([]);
      expect(backend.transfers).toEqual([]);
    },
  );

  it("of defaultTimeout throw and keep the old value", async () => {
    const { device } = await fixture();
    expect(() => {
      device.defaultTimeout = -1;
    }).toThrow(RangeError);
    expect(device.defaultTimeout).toBe(1000);
    device.defaultTimeout = 0;
    expect(device.defaultTimeout).toBe(0);
  });

  it("of stream and sink throw at once", async () => {
    const { device } = await fixture();
    const [interface_] = device.configurations[0]?.interfaces ?? [];
    const [into, out] = interface_?.endpoints ?? [];
    expect(() => into?.stream({ transferSize: 100 })).toThrow(RangeError);
    expect(() => into?.stream({ transfers: 0 })).toThrow(RangeError);
    expect(() => into?.stream(wrong({ size: 1 }))).toThrow(TypeError);
    expect(() => into?.sink()).toThrow(TypeError);
    expect(() => out?.stream()).toThrow(TypeError);
    expect(() => out?.sink(wrong({ borrow: true }))).toThrow(TypeError);
  });
});
