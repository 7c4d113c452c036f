import type { DeviceUnderTest, Place } from "./device-under-test.js";

/** What devices in the likeness of `@tsusb/backend-virtual`'s `benchmarkDevice()` have in common, wherever they are. */
export type BenchmarkDeviceIdentity = Pick<
  DeviceUnderTest,
  "deviceDescriptor" | "configurationDescriptors" | "strings" | "isIt"
>;

/** Bytes of its vendor buffer. */
const STORE_SIZE = 64;

const place = (alternateSetting: number): Place => ({
  configurationValue: 1,
  interfaceNumber: 0,
  alternateSetting,
});

/**
 * Describes the device on which PyUSB's own tests run, 04d8:fa2e: one interface whose three alternate settings send back
 * what they receive, by bulk (0x01, 0x81), interrupt (0x02, 0x82) and isochronous (0x03, 0x83) transfers; vendor requests
 * 0x10 and 0x11 store bytes and read them back. The sizes of packets are taken from `configurationDescriptors`.
 */
export function benchmarkDeviceUnderTest(
  identity: BenchmarkDeviceIdentity,
  extra: Partial<DeviceUnderTest> = {},
): DeviceUnderTest {
  const pair = (number: number, alternateSetting: number) => ({
    ...place(alternateSetting),
    in: 0x80 | number,
    out: number,
    packetSize: packetSizeOf(identity.configurationDescriptors[0], number),
  });
  const [bulk, interrupt, isochronous] = [pair(1, 0), pair(2, 1), pair(3, 2)];
  return {
    idVendor: 0x04d8,
    idProduct: 0xfa2e,
    speed: 2,
    langid: 0x0409,
    store: { configurationValue: 1, write: 0x10, read: 0x11, size: STORE_SIZE },
    bulkLoopback: bulk,
    interruptLoopback: interrupt,
    isochronousLoopback: isochronous,
    // Nothing comes back as long as nothing was sent.
    silent: { ...place(0), endpoint: bulk.in, packetSize: bulk.packetSize },
    silentInterrupt: { ...place(1), endpoint: interrupt.in, packetSize: interrupt.packetSize },
    alternate: place(1),
    ...identity,
    ...extra,
  };
}

/** `wMaxPacketSize` of the first endpoint with this address; its upper bits are of no use at full speed. */
function packetSizeOf(configuration: Uint8Array | undefined, endpoint: number): number {
  for (let offset = 0; configuration !== undefined && offset < configuration.length; ) {
    const [bLength = 0, type, address, , low = 0, high = 0] = configuration.subarray(offset, offset + 7);
    if (type === 5 && address === endpoint) return low | ((high & 0x07) << 8);
    if (bLength < 2) break;
    offset += bLength;
  }
  throw new Error(`the configuration of the benchmark device has no endpoint 0x0${endpoint}`);
}
