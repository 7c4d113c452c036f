import { gadgetZero, getBackend, VirtualBus } from "@tsusb/backend-virtual";
import {
  type ConformanceSetup,
  describeBackend,
  describeDeviceModel,
  gadgetZeroUnderTest,
} from "@tsusb/conformance";

const bus = new VirtualBus();
const device = bus.plug(gadgetZero());

const setup: ConformanceSetup = {
  name: "the virtual backend",
  create: () => getBackend({ bus }),
  device: gadgetZeroUnderTest(
    {
      // biome-ignore format: one descriptor a line, as the specification prints them, so that a wrong byte shows
      deviceDescriptor: Uint8Array.of(18, 1, 0x00, 0x02, 0xff, 0, 0, 64, 0x09, 0x12, 0x01, 0x00, 0x00, 0x01, 1, 2, 3, 2),
      // biome-ignore format: one descriptor a line, as the specification prints them, so that a wrong byte shows
      configurationDescriptors: [
        Uint8Array.of(
          9, 2, 101, 0, 3, 1, 4, 0xc0, 50,
          9, 4, 0, 0, 2, 0xff, 0, 0, 5,
          7, 5, 0x81, 2, 0x00, 0x02, 0,
          7, 5, 0x01, 2, 0x00, 0x02, 0,
          9, 4, 1, 0, 0, 0xff, 0, 0, 0,
          9, 4, 1, 1, 2, 0xff, 0, 0, 6,
          7, 5, 0x83, 3, 64, 0, 4,
          7, 5, 0x03, 3, 64, 0, 4,
          9, 4, 2, 0, 4, 0xff, 0, 0, 7,
          7, 5, 0x84, 2, 0x00, 0x02, 0,
          7, 5, 0x04, 2, 0x00, 0x02, 0,
          7, 5, 0x85, 2, 0x00, 0x02, 0,
          7, 5, 0x86, 3, 64, 0, 4,
        ),
        Uint8Array.of(
          9, 2, 32, 0, 1, 2, 8, 0x80, 100,
          9, 4, 0, 0, 2, 0xff, 0, 0, 9,
          7, 5, 0x84, 2, 0x00, 0x02, 0,
          7, 5, 0x04, 2, 0x00, 0x02, 0,
        ),
      ],
      strings: { manufacturer: "tsusb", product: "Virtual Zero", serialNumber: "V0001" },
    },
    {
      bulkLoopback: {
        configurationValue: 1,
        interfaceNumber: 0,
        alternateSetting: 0,
        in: 0x81,
        out: 0x01,
        packetSize: 512,
        capacity: 131_072,
      },
    },
  ),
  supports: {
    isochronous: true,
    bulkStreams: false,
    cancel: "one",
    partialOnTimeout: true,
    hotplug: true,
    parent: false,
    portNumbers: true,
    speed: true,
    kernelDriver: true,
    autoDetach: false,
    reset: true,
    clearHalt: true,
    descriptors: "raw",
    stringsWithoutOpening: true,
    wrapSysDevice: false,
    distinguishesStall: true,
    distinguishesOverflow: true,
  },
  control: {
    unplug: async () => bus.unplug(device),
    plug: async () => {
      bus.plug(device);
    },
  },
};

describeBackend(setup);
describeDeviceModel(setup);
