import type { DeviceUnderTest, Place } from "./device-under-test.js";

/** What devices in the likeness of `@tsusb/backend-virtual`'s `gadgetZero()` have in common, wherever they are played. */
export type GadgetZeroIdentity = Pick<
  DeviceUnderTest,
  "deviceDescriptor" | "configurationDescriptors" | "strings" | "isIt"
>;

const PACKET = 512;
const INTERRUPT_PACKET = 64;
const place = (interfaceNumber: number, alternateSetting = 0): Place => ({
  configurationValue: 1,
  interfaceNumber,
  alternateSetting,
});

/**
 * Describes such a device: configuration 1 with a bulk loopback (0x81, 0x01), an interrupt loopback in alternate setting
 * 1 of interface 1 (0x83, 0x03), source 0x84, sink 0x04 and silent endpoints 0x85 and 0x86; configuration 2; vendor
 * requests 0x5b and 0x5c.
 */
export function gadgetZeroUnderTest(
  identity: GadgetZeroIdentity,
  extra: Partial<DeviceUnderTest> = {},
): DeviceUnderTest {
  return {
    idVendor: 0x1209,
    idProduct: 0x0001,
    speed: 3,
    langid: 0x0409,
    store: { configurationValue: 1, write: 0x5b, read: 0x5c, size: 4096 },
    bulkLoopback: { ...place(0), in: 0x81, out: 0x01, packetSize: PACKET },
    interruptLoopback: { ...place(1, 1), in: 0x83, out: 0x03, packetSize: INTERRUPT_PACKET },
    source: { ...place(2), endpoint: 0x84, packetSize: PACKET },
    sink: { ...place(2), endpoint: 0x04, packetSize: PACKET },
    silent: { ...place(2), endpoint: 0x85, packetSize: PACKET },
    silentInterrupt: { ...place(2), endpoint: 0x86, packetSize: INTERRUPT_PACKET },
    alternate: place(1, 1),
    separateInterfaces: [place(0), place(2)],
    ...identity,
    ...extra,
  };
}
