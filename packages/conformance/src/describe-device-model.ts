import { afterAll, describe, it } from "vitest";
import { judge } from "./conformance-case.js";
import { type ConformanceSetup, probe } from "./describe-backend.js";
import { findDevice } from "./find-device.js";
import { modelTopics } from "./model-cases/index.js";
import { ModelContext } from "./model-context.js";
import { Tally } from "./tally.js";

/**
 * Registers the suite for core's API over one backend with vitest: what a program sees of the device through `find` and
 * `Device`. It counts as {@link describeBackend} does.
 */
export function describeDeviceModel(setup: ConformanceSetup): void {
  describe(`the API over ${setup.name}`, async () => {
    const supports = setup.supports ?? (await probe(setup.create));
    const tally = new Tally();
    afterAll(() => {
      process.stdout.write(`${tally.table(`the API over ${setup.name}`)}\n`);
    });

    const here = { supports, device: setup.device, control: setup.control !== undefined };
    for (const { name, cases } of modelTopics) {
      const runs = cases.filter((each) => {
        const verdict = judge(each, here);
        tally.add(name, each.name, verdict);
        return verdict === "run";
      });
      if (runs.length === 0) continue;
      describe(name, () => {
        for (const each of runs) {
          const body = async () => {
            const backend = await setup.create();
            const context = new ModelContext(backend, setup.device, setup.control);
            try {
              await findDevice(backend, setup.device);
              await each.run(context);
            } finally {
              await context.tidy();
              await backend.close();
            }
          };
          it(each.name, body, each.timeout);
        }
      });
    }
  });
}
