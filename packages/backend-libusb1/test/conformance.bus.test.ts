import { readdirSync, readFileSync } from "node:fs";
import { getBackend } from "@tsusb/backend-libusb1";
import {
  type ConformanceSetup,
  describeBackend,
  describeDeviceModel,
  gadgetZeroUnderTest,
  splitSystemDescriptors,
} from "@tsusb/conformance";
import { afterAll, beforeAll } from "vitest";
import { BusClient } from "../../../testbed/bus/client.js";
import { ERROR_CODES, RELEASE, SUPPORTS_HERE } from "./manifest.js";

const FOLDER = "/sys/bus/usb/devices";
const read = (name: string, file: string) => readFileSync(`${FOLDER}/${name}/${file}`);
const played = readdirSync(FOLDER).find(
  (name) => !name.includes(":") && read(name, "product").toString().trim() === "Played Device",
);
if (played === undefined) throw new Error("the default device is not on the bus; run this by `npm run bus`");

let bus: BusClient;
beforeAll(async () => {
  bus = await BusClient.connect();
});
afterAll(() => bus.close());

const device = gadgetZeroUnderTest(
  {
    ...splitSystemDescriptors(read(played, "descriptors")),
    strings: { manufacturer: "tsusb", product: "Played Device", serialNumber: "PLAYED-0001" },
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
    source: {
      configurationValue: 1,
      interfaceNumber: 2,
      alternateSetting: 0,
      endpoint: 0x84,
      packetSize: 512,
      pattern: (offset) => (offset % 512) % 63,
    },
  },
);

const setup: ConformanceSetup = {
  name: `libusb ${RELEASE} on the played bus`,
  create: () => getBackend(),
  device,
  supports: SUPPORTS_HERE,
  errorCodes: ERROR_CODES,
  control: {
    unplug: () => bus.unplug("zero"),
    plug: () => bus.replug("zero"),
  },
};

describeBackend(setup);
describeDeviceModel(setup);
