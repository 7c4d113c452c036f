import type { BackendSupports, IBackend } from "@tsusb/core/backend";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { backendTopics } from "./cases/index.js";
import { unsoundEntries } from "./check-manifest.js";
import { CaseContext } from "./context.js";
import type { DeviceControl, DeviceUnderTest, ExpectedErrorCodes } from "./device-under-test.js";
import { findDevice } from "./find-device.js";
import { registerTopics } from "./register-topics.js";
import { reportRun } from "./report-run.js";
import { Tally } from "./tally.js";

/** What {@link describeBackend} and {@link describeDeviceModel} run on. */
export interface ConformanceSetup {
  /** Name of the run in the test output: backend, library, device. */
  readonly name: string;
  /** Gives the backend, as its package's `getBackend` does: a new one after `close()`. */
  readonly create: () => Promise<IBackend>;
  /** The device on which it runs; nothing else uses it meanwhile. */
  readonly device: DeviceUnderTest;
  /** What the backend is expected to support. Without it, what it says is believed. */
  readonly supports?: BackendSupports | undefined;
  /** The hand on the plug. Without it, nothing is unplugged. */
  readonly control?: DeviceControl | undefined;
  /** The library's own error numbers. Without it, results are expected to carry none. */
  readonly errorCodes?: ExpectedErrorCodes | undefined;
  /** Whether repetitions are to be few. */
  readonly slow?: boolean | undefined;
}

/**
 * Registers the suite for one backend with vitest.
 *
 * A case is left out by `supports` and by nothing else, then it is counted as not supported; or because the device
 * lacks a part, which is counted apart. A table at the end says which. What `supports` denies is called all the same,
 * and must reject with `ENOSYS`, or behave as the manifest says.
 */
export function describeBackend(setup: ConformanceSetup): void {
  const title = `conformance of ${setup.name}`;
  describe(title, async () => {
    const supports = setup.supports ?? (await probe(setup.create));
    const tally = new Tally();
    let backend: IBackend;

    beforeAll(async () => {
      backend = await setup.create();
    });
    afterAll(async () => {
      await backend.close();
      reportRun(tally, { title, half: "contract", backend, device: setup.device });
    });

    it("supports exactly what is expected, in a frozen object", () => {
      expect(unsoundEntries(backend.supports)).toEqual([]);
      expect(backend.supports).toEqual(supports);
      expect(Object.isFrozen(backend.supports)).toBe(true);
    });

    const here = { supports, device: setup.device, control: setup.control !== undefined };
    registerTopics(backendTopics, here, tally, async (each) => {
      const context = new CaseContext(backend, await findDevice(backend, setup.device), setup);
      try {
        await each.run(context);
      } finally {
        await context.tidy();
        if (each.closesBackend) backend = await setup.create();
      }
    });
  });
}

/** Asks a backend what it supports. */
export async function probe(create: () => Promise<IBackend>): Promise<BackendSupports> {
  const backend = await create();
  const { supports } = backend;
  await backend.close();
  return supports;
}
