import { appendFileSync } from "node:fs";
import { basename } from "node:path";
import type { IBackend } from "@tsusb/core/backend";
import type { DeviceUnderTest } from "./device-under-test.js";
import type { Tally } from "./tally.js";

/** What is known of a run besides its counts. */
export interface RunFacts {
  /** Title of the run's own table. */
  readonly title: string;
  /** Which half of the suite: the contract, or the API over it. */
  readonly half: "contract" | "API";
  readonly backend: IBackend;
  readonly device: DeviceUnderTest;
}

/**
 * Tells what ran and what did not: as one line of JSON at the end of the file that TSUSB_CONFORMANCE_REPORT names, for
 * one table over many runs; without it as a table of its own on stdout.
 */
export function reportRun(tally: Tally, { title, half, backend, device }: RunFacts): void {
  const file = process.env.TSUSB_CONFORMANCE_REPORT;
  if (file === undefined || file === "") {
    process.stdout.write(`${tally.table(title)}\n`);
    return;
  }
  const row = {
    half,
    backend: backend.name,
    library: libraryOf(backend),
    device: `${device.strings.product} (${idOf(device.idVendor)}:${idOf(device.idProduct)})`,
    run: tally.count("run"),
    passed: tally.passed,
    notSupported: tally.names("not supported"),
    notOnThisDevice: tally.count("not on this device"),
  };
  appendFileSync(file, `${JSON.stringify(row)}\n`);
}

function libraryOf({ version, libraryPath }: IBackend): string {
  return [libraryPath && basename(libraryPath), version].filter(Boolean).join(" ");
}

function idOf(id: number): string {
  return id.toString(16).padStart(4, "0");
}
