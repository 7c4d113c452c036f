import type { BackendHandle } from "@tsusb/core/backend";
import type { ConformanceCase } from "../conformance-case.js";
import type { CaseContext } from "../context.js";
import type { DevicePart, DeviceUnderTest } from "../device-under-test.js";

type Run<Part extends DevicePart> = (
  context: CaseContext,
  handle: BackendHandle,
  part: NonNullable<DeviceUnderTest[Part]>,
) => Promise<void>;

/** A case on a part of the device that has isochronous endpoints. */
const onPart =
  <Part extends "isochronousLoopback" | "isochronousFaults">(name: Part) =>
  (title: string, run: Run<Part>): ConformanceCase<CaseContext> => ({
    name: title,
    parts: [name],
    supports: ({ isochronous }) => isochronous,
    run: async (context) => {
      const part = context.part(name);
      await run(context, await context.use(part), part);
    },
  });

/** A case on a pair that sends back each packet. */
export const onPair = onPart("isochronousLoopback");

/** A case on an endpoint of which packets fail. */
export const onFaults = onPart("isochronousFaults");

/** Adds lengths up. */
export const sum = (lengths: readonly number[]): number =>
  lengths.reduce((total, length) => total + length, 0);
