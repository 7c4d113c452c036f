import { readFileSync } from "node:fs";
import { getBackend } from "@tsusb/backend-libusb1";
import {
  benchmarkDeviceUnderTest,
  type ConformanceSetup,
  describeBackend,
  describeDeviceModel,
  splitSystemDescriptors,
} from "@tsusb/conformance";
import { afterAll } from "vitest";
import { ERROR_CODES, SUPPORTS } from "../../backend-libusb1/test/manifest.js";
import { AttachedBenchmark } from "./attached-benchmark.js";

const attached = await AttachedBenchmark.attach();
afterAll(() => attached.close());

const setup: ConformanceSetup = {
  name: "libusb 1.0 over vhci_hcd on PyUSB's benchmark device",
  create: () => getBackend(),
  device: benchmarkDeviceUnderTest({
    ...splitSystemDescriptors(readFileSync(`${attached.kernel.sysfs}/descriptors`)),
    strings: { manufacturer: "Travis Robinson", product: "Benchmark Device", serialNumber: "BM001" },
  }),
  supports: SUPPORTS,
  errorCodes: ERROR_CODES,
  control: { unplug: () => attached.unplug(), plug: () => attached.plug() },
  slow: true,
};

describeBackend(setup);
describeDeviceModel(setup);
