import { type DeviceUnderTest, gadgetZeroUnderTest } from "@tsusb/conformance";

/** Numbers of a descriptor: 9 for an interface, 7 for an endpoint (USB 2.0 §9.6.5, §9.6.6). */
const setting = (number: number, alternate: number, endpoints: number) =>
  [9, 4, number, alternate, endpoints, 0xff, 0, 0, 0] as const;
const endpoint = (address: number, type: number, size: number, interval = 0) =>
  [7, 5, address, type, size & 0xff, size >> 8, interval] as const;

/** The device in `library/device.c`, told a second time: with class-specific descriptors wherever they may be. */
const FIRST = Uint8Array.from([
  ...[9, 2, 136, 0, 4, 1, 0, 0x80, 50],
  ...[4, 0x21, 1, 2],
  ...setting(0, 0, 2),
  ...[...endpoint(0x81, 2, 512), ...endpoint(0x01, 2, 512)],
  ...setting(1, 0, 0),
  ...setting(1, 1, 2),
  ...[...endpoint(0x83, 3, 64, 4), ...endpoint(0x03, 3, 64, 4)],
  ...setting(2, 0, 4),
  ...[5, 0x24, 3, 4, 5],
  ...endpoint(0x84, 2, 512),
  ...[3, 0x25, 6],
  ...[...endpoint(0x04, 2, 512), ...endpoint(0x85, 2, 512), ...endpoint(0x86, 3, 64, 4)],
  ...setting(3, 0, 2),
  ...[...endpoint(0x87, 1, 256, 1), ...endpoint(0x07, 1, 256, 1)],
]);
const SECOND = Uint8Array.from([
  ...[9, 2, 32, 0, 1, 2, 0, 0x80, 50],
  ...setting(0, 0, 2),
  ...[...endpoint(0x84, 2, 512), ...endpoint(0x04, 2, 512)],
]);

/** What the suite must know of it. */
export const testDevice: DeviceUnderTest = gadgetZeroUnderTest(
  {
    deviceDescriptor: Uint8Array.from([
      ...[18, 1, 0x00, 0x02, 0xff, 0, 0, 64, 0x09, 0x12],
      ...[0x01, 0x00, 0x00, 0x01, 1, 2, 3, 2],
    ]),
    configurationDescriptors: [FIRST, SECOND],
    strings: { manufacturer: "tsusb", product: "Test Device", serialNumber: "TEST-0001" },
  },
  {
    isochronousLoopback: {
      configurationValue: 1,
      interfaceNumber: 3,
      alternateSetting: 0,
      in: 0x87,
      out: 0x07,
      packetSize: 256,
    },
  },
);
