import { getBackend } from "@tsusb/backend-openusb";
import {
  type ConformanceSetup,
  describeBackend,
  describeDeviceModel,
  gadgetZeroUnderTest,
} from "@tsusb/conformance";
import { TestLibrary } from "./library/client.js";
import { ERROR_CODES, SUPPORTS } from "./manifest.js";

const library = new TestLibrary();

/** Bytes from a list of hexadecimal ones. */
const hex = (text: string) => Uint8Array.from(text.trim().split(/\s+/), (byte) => Number.parseInt(byte, 16));

const { speed: _, ...device } = gadgetZeroUnderTest(
  {
    deviceDescriptor: hex("12 01 00 02 ff 00 00 40 09 12 01 00 00 01 01 02 03 02"),
    configurationDescriptors: [
      hex(`09 02 65 00 03 01 07 c0 32
        09 04 00 00 02 ff 00 00 04 07 05 81 02 00 02 00 07 05 01 02 00 02 00
        09 04 01 00 00 ff 00 00 00
        09 04 01 01 02 ff 00 00 05 07 05 83 03 40 00 04 07 05 03 03 40 00 04
        09 04 02 00 04 ff 00 00 06 07 05 84 02 00 02 00 07 05 04 02 00 02 00
        07 05 85 02 00 02 00 07 05 86 03 40 00 04`),
      hex(`09 02 20 00 01 02 08 80 64
        09 04 00 00 02 ff 00 00 08 07 05 84 02 00 02 00 07 05 04 02 00 02 00`),
    ],
    strings: { manufacturer: "tsusb", product: "Test Zero", serialNumber: "T0001" },
  },
  {
    bulkLoopback: {
      configurationValue: 1,
      interfaceNumber: 0,
      alternateSetting: 0,
      in: 0x81,
      out: 0x01,
      packetSize: 512,
      capacity: 1 << 20,
    },
  },
);

const setup: ConformanceSetup = {
  name: "OpenUSB on the test library",
  create: () => getBackend(),
  device,
  supports: SUPPORTS,
  errorCodes: ERROR_CODES,
  control: {
    unplug: () => library.unplug("zero"),
    plug: () => library.plug("zero"),
  },
};

describeBackend(setup);
describeDeviceModel(setup);

describeBackend({
  name: "OpenUSB's isochronous transfers on the test library",
  create: () => getBackend(),
  supports: SUPPORTS,
  errorCodes: ERROR_CODES,
  device: {
    idVendor: 0x1209,
    idProduct: 0x0003,
    deviceDescriptor: hex("12 01 10 01 ff 00 00 40 09 12 03 00 00 01 01 02 03 01"),
    configurationDescriptors: [
      hex(`09 02 29 00 01 01 00 80 32
        09 04 00 00 00 ff 00 00 00
        09 04 00 01 02 ff 00 00 00 07 05 82 01 c0 00 01 07 05 02 01 c0 00 01`),
    ],
    langid: 0x0409,
    strings: { manufacturer: "tsusb", product: "Test Packets", serialNumber: "T0003" },
    isochronousLoopback: {
      configurationValue: 1,
      interfaceNumber: 0,
      alternateSetting: 1,
      in: 0x82,
      out: 0x02,
      packetSize: 192,
    },
  },
});
