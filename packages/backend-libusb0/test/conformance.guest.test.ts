import { getBackend } from "@tsusb/backend-libusb0";
import { type ConformanceSetup, describeBackend, describeDeviceModel } from "@tsusb/conformance";
import { KERNEL_GADGETS, kernelGadgetZero } from "../../backend-libusb1/test/kernel-gadget-zero.js";
import { ERROR_CODES, SUPPORTS } from "./manifest.js";

for (const gadget of KERNEL_GADGETS) {
  const setup: ConformanceSetup = {
    name: `libusb 0.1.12 on the kernel's gadget zero (${gadget})`,
    create: () => getBackend(),
    ...kernelGadgetZero(gadget),
    supports: SUPPORTS,
    errorCodes: ERROR_CODES,
  };
  describeBackend(setup);
  describeDeviceModel(setup);
}
