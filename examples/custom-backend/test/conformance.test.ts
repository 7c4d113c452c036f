import { type ConformanceSetup, describeBackend, describeDeviceModel } from "@tsusb/conformance";
import { getBackend, hardware } from "../src/index.js";

const place = { configurationValue: 1, interfaceNumber: 0, alternateSetting: 0 };

const setup: ConformanceSetup = {
  name: "the loopback backend",
  create: getBackend,
  device: {
    idVendor: 0x1209,
    idProduct: 0x0006,
    langid: 0x0409,
    strings: { manufacturer: "Acme", product: "Loopback", serialNumber: "A0001" },
    deviceDescriptor: Uint8Array.of(18, 1, 0, 2, 255, 0, 0, 64, 0x09, 0x12, 0x06, 0, 0, 1, 1, 2, 3, 1),
    // biome-ignore format: one descriptor a line, as the specification prints them, so that a wrong byte shows
    configurationDescriptors: [
      Uint8Array.of(
        9, 2, 32, 0, 1, 1, 0, 0x80, 50,
        9, 4, 0, 0, 2, 255, 0, 0, 0,
        7, 5, 0x81, 2, 64, 0, 0,
        7, 5, 0x01, 2, 64, 0, 0,
      ),
    ],
    bulkLoopback: { ...place, in: 0x81, out: 0x01, packetSize: 64 },
    silent: { ...place, endpoint: 0x81, packetSize: 64 },
    store: { configurationValue: 1, write: 1, read: 2, size: 64 },
  },
  control: {
    unplug: async () => hardware.unplug(),
    plug: async () => hardware.plug(),
  },
};

describeBackend(setup);
describeDeviceModel(setup);
