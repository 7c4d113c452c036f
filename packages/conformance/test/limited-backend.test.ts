import { devNull } from "node:os";
import { gadgetZero, VirtualBus } from "@tsusb/backend-virtual";
import {
  type ConformanceSetup,
  describeBackend,
  describeDeviceModel,
  gadgetZeroUnderTest,
} from "../src/index.js";
import { LIMITED, LimitedBackend } from "./limited-backend.js";

const bus = new VirtualBus();
const device = bus.plug(gadgetZero());

const setup: ConformanceSetup = {
  name: "a backend that can do next to nothing",
  create: () => LimitedBackend.over(bus),
  device: gadgetZeroUnderTest({
    deviceDescriptor: device.descriptors.device,
    configurationDescriptors: device.descriptors.configurations,
    strings: { manufacturer: "tsusb", product: "Virtual Zero", serialNumber: "V0001" },
  }),
  supports: LIMITED,
  control: {
    unplug: async () => bus.unplug(device),
    plug: async () => {
      bus.plug(device);
    },
  },
};

// What it leaves out says nothing about a backend that anybody has.
process.env.TSUSB_CONFORMANCE_REPORT = devNull;
describeBackend(setup);
describeDeviceModel(setup);
