import { readFileSync } from "node:fs";
import { benchmarkDeviceUnderTest, type ConformanceSetup, splitSystemDescriptors } from "@tsusb/conformance";
import type { AttachedBenchmark } from "./attached-benchmark.js";

/** The suite on the benchmark device that the guest's kernel has by vhci_hcd; what is left out is the library's own. */
export function benchmarkSetup(
  attached: AttachedBenchmark,
  library: Pick<ConformanceSetup, "name" | "create" | "supports" | "errorCodes">,
): ConformanceSetup {
  return {
    ...library,
    name: `${library.name} over vhci_hcd on PyUSB's benchmark device`,
    device: benchmarkDeviceUnderTest({
      ...splitSystemDescriptors(readFileSync(`${attached.kernel.sysfs}/descriptors`)),
      strings: { manufacturer: "Travis Robinson", product: "Benchmark Device", serialNumber: "BM001" },
    }),
    control: { unplug: () => attached.unplug(), plug: () => attached.plug() },
    slow: true,
  };
}
