import { getBackend } from "@tsusb/backend-libusb0";
import { describeBackend, describeDeviceModel } from "@tsusb/conformance";
import { afterAll } from "vitest";
import { ERROR_CODES, SUPPORTS } from "../../backend-libusb0/test/manifest.js";
import { AttachedBenchmark } from "./attached-benchmark.js";
import { benchmarkSetup } from "./conformance-setup.js";

const attached = await AttachedBenchmark.attach();
afterAll(() => attached.close());

const setup = benchmarkSetup(attached, {
  name: "libusb 0.1",
  create: () => getBackend(),
  supports: SUPPORTS,
  errorCodes: ERROR_CODES,
});
describeBackend(setup);
describeDeviceModel(setup);
