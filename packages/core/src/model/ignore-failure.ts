import { USBError } from "../errors.js";

/** Waits for a step on the way out, where nothing that the device refuses may stop the rest. */
export async function ignoreFailure(step: Promise<void>): Promise<void> {
  try {
    await step;
  } catch (error) {
    if (!USBError.is(error)) throw error;
  }
}
