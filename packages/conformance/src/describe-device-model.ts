import type { IBackend } from "@tsusb/core";
import { afterAll, describe } from "vitest";
import { type ConformanceSetup, probe } from "./describe-backend.js";
import { findDevice } from "./find-device.js";
import { modelTopics } from "./model-cases/index.js";
import { ModelContext } from "./model-context.js";
import { registerTopics } from "./register-topics.js";
import { reportRun } from "./report-run.js";
import { Tally } from "./tally.js";

/**
 * Registers the suite for core's API over one backend with vitest: what a program sees of the device through `find` and
 * `Device`. It counts as {@link describeBackend} does.
 */
export function describeDeviceModel(setup: ConformanceSetup): void {
  const title = `the API over ${setup.name}`;
  describe(title, async () => {
    const supports = setup.supports ?? (await probe(setup.create));
    const tally = new Tally();
    let latest: IBackend | undefined;
    afterAll(() => {
      if (latest) reportRun(tally, { title, half: "API", backend: latest, device: setup.device });
    });

    const here = { supports, device: setup.device, control: setup.control !== undefined };
    registerTopics(modelTopics, here, tally, async (each) => {
      const backend = await setup.create();
      latest = backend;
      const context = new ModelContext(backend, setup.device, setup.control);
      try {
        await findDevice(backend, setup.device);
        await each.run(context);
      } finally {
        await context.tidy();
        await backend.close();
      }
    });
  });
}
