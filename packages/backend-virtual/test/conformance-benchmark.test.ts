import { benchmarkDevice, getBackend, VirtualBus, VirtualDevice } from "@tsusb/backend-virtual";
import {
  benchmarkDeviceUnderTest,
  type ConformanceSetup,
  type DeviceUnderTest,
  describeBackend,
  describeDeviceModel,
} from "@tsusb/conformance";

/** The suite on one device, alone on its bus. */
function setupFor(name: string, device: VirtualDevice, described: DeviceUnderTest): ConformanceSetup {
  const bus = new VirtualBus();
  bus.plug(device);
  const control = {
    unplug: async () => bus.unplug(device),
    plug: async () => {
      bus.plug(device);
    },
  };
  return { name, create: () => getBackend({ bus }), device: described, control };
}

const benchmark = setupFor(
  "the virtual backend on PyUSB's benchmark device",
  benchmarkDevice(),
  benchmarkDeviceUnderTest({
    deviceDescriptor: Uint8Array.of(
      18,
      1,
      0x00,
      0x02,
      0,
      0,
      0,
      8,
      0xd8,
      0x04,
      0x2e,
      0xfa,
      0x01,
      0x00,
      1,
      2,
      3,
      1,
    ),
    // biome-ignore format: one descriptor a line, as the specification prints them, so that a wrong byte shows
    configurationDescriptors: [
      Uint8Array.of(
        9, 2, 78, 0, 1, 1, 0, 0xc0, 50,
        9, 4, 0, 0, 2, 0, 0, 0, 0,
        7, 5, 0x01, 2, 16, 0, 0,
        7, 5, 0x81, 2, 16, 0, 0,
        9, 4, 0, 1, 2, 0, 0, 0, 0,
        7, 5, 0x02, 3, 64, 0, 1,
        7, 5, 0x82, 3, 64, 0, 1,
        9, 4, 0, 2, 2, 0, 0, 0, 0,
        7, 5, 0x03, 1, 64, 0, 1,
        7, 5, 0x83, 1, 64, 0, 1,
      ),
    ],
    strings: { manufacturer: "Travis Robinson", product: "Benchmark Device", serialNumber: "BM001" },
  }),
);

/** Of three packets the second is longer than the endpoint may send. */
const LENGTHS = [64, 70, 10];
const value = (offset: number) => offset + 1;
let sent = 0;
const talkative = new VirtualDevice({
  speed: "full",
  idVendor: 0x1209,
  idProduct: 0x0005,
  manufacturer: "tsusb",
  product: "Too Long Packets",
  serialNumber: "L0001",
  endpoints: [
    {
      bEndpointAddress: 0x81,
      type: "isochronous",
      wMaxPacketSize: 64,
      provide: () => Uint8Array.from({ length: LENGTHS[sent++ % 3] ?? 0 }, (_, offset) => value(offset)),
    },
  ],
});

const faults = setupFor("the virtual backend on a device whose packets fail", talkative, {
  idVendor: 0x1209,
  idProduct: 0x0005,
  langid: 0x0409,
  deviceDescriptor: Uint8Array.of(
    18,
    1,
    0x00,
    0x02,
    0,
    0,
    0,
    64,
    0x09,
    0x12,
    0x05,
    0x00,
    0x00,
    0x01,
    1,
    2,
    3,
    1,
  ),
  // biome-ignore format: one descriptor a line, as the specification prints them, so that a wrong byte shows
  configurationDescriptors: [
    Uint8Array.of(
      9, 2, 25, 0, 1, 1, 0, 0x80, 50,
      9, 4, 0, 0, 1, 0xff, 0, 0, 0,
      7, 5, 0x81, 1, 64, 0, 1,
    ),
  ],
  strings: { manufacturer: "tsusb", product: "Too Long Packets", serialNumber: "L0001" },
  isochronousFaults: {
    configurationValue: 1,
    interfaceNumber: 0,
    alternateSetting: 0,
    endpoint: 0x81,
    packetSize: 64,
    packets: [
      { status: "completed", length: 64 },
      { status: "overflow", length: 64 },
      { status: "completed", length: 10 },
    ],
    pattern: value,
  },
});

describeBackend(benchmark);
describeDeviceModel(benchmark);
describeBackend(faults);
