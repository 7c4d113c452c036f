import { readFileSync } from "node:fs";
import { getBackend } from "@tsusb/backend-libusb1";
import {
  type ConformanceSetup,
  describeBackend,
  describeDeviceModel,
  splitSystemDescriptors,
} from "@tsusb/conformance";
import { SPEED_HIGH } from "@tsusb/core/backend";
import { afterAll } from "vitest";
import { BusClient } from "../../../testbed/bus/client.js";
import { plugIsochronous } from "./isochronous-device.js";
import { ERROR_CODES, RELEASE, SUPPORTS_HERE } from "./manifest.js";

const bus = await BusClient.connect();
const id = await plugIsochronous(bus, "iso-high", 23);
const { name } = await bus.inspect(id);

afterAll(async () => {
  await bus.unplug(id);
  bus.close();
});

const place = (interfaceNumber: number) => ({
  configurationValue: 1,
  interfaceNumber,
  alternateSetting: 1,
});

const setup: ConformanceSetup = {
  name: `libusb ${RELEASE} on an isochronous device of the played bus`,
  create: () => getBackend(),
  device: {
    idVendor: 0x1209,
    idProduct: 0x0003,
    // Other files may have plugged theirs.
    isIt: (device) => device.bus === 23,
    ...splitSystemDescriptors(readFileSync(`/sys/bus/usb/devices/${name}/descriptors`)),
    speed: SPEED_HIGH,
    langid: 0x0409,
    strings: { manufacturer: "tsusb", product: "Played Isochronous", serialNumber: id },
    isochronousLoopback: { ...place(0), in: 0x81, out: 0x01, packetSize: 256 },
    isochronousFaults: {
      ...place(3),
      endpoint: 0x84,
      packetSize: 64,
      packets: [
        { status: "completed", length: 64 },
        { status: "completed", length: 10 },
        { status: "error", length: 0 },
        { status: "completed", length: 0 },
        { status: "completed", length: 63 },
        { status: "error", length: 0 },
        { status: "overflow", length: 64 },
        { status: "completed", length: 64 },
      ],
      pattern: (offset) => offset % 63,
    },
    alternate: place(1),
    separateInterfaces: [place(0), place(1)],
  },
  supports: SUPPORTS_HERE,
  errorCodes: ERROR_CODES,
  control: {
    unplug: () => bus.unplug(id),
    plug: () => bus.replug(id),
  },
};

describeBackend(setup);
describeDeviceModel(setup);
