import { getBackend } from "@tsusb/backend-libusb0";
import { type ConformanceSetup, describeBackend, describeDeviceModel } from "@tsusb/conformance";
import { describe } from "vitest";
import { testDevice } from "./implementations.js";
import { buildLibrary } from "./library/build.mjs";
import { COMPAT_ERROR_CODES, COMPAT_SUPPORTS, WIN32_ERROR_CODES, WIN32_SUPPORTS } from "./manifest.js";

const EXPECTED = {
  compat: { title: "libusb-compat's layout", supports: COMPAT_SUPPORTS, errorCodes: COMPAT_ERROR_CODES },
  win32: { title: "libusb-win32's layout", supports: WIN32_SUPPORTS, errorCodes: WIN32_ERROR_CODES },
} as const;

// The layouts of systems with 64-bit pointers; the libraries are built with a compiler that understands gcc's options.
describe.runIf(process.platform === "linux").each(["compat", "win32"] as const)("%s", (implementation) => {
  const { title, supports, errorCodes } = EXPECTED[implementation];
  const { library, unplug, plug } = buildLibrary(implementation);
  const setup: ConformanceSetup = {
    name: `libusb 0.1 in ${title}`,
    create: () => getBackend({ libraryPath: library }),
    device: testDevice,
    supports,
    errorCodes,
    control: { unplug: async () => unplug(), plug: async () => plug() },
  };
  describeBackend(setup);
  describeDeviceModel(setup);
});
