import { show } from "../usb/check-integer.js";

/** The words of whatever was thrown, which may be anything, with getters that throw themselves. */
export function reasonText(reason: unknown): string {
  try {
    const message: unknown = reason instanceof Error ? reason.message : undefined;
    if (typeof message === "string" && message !== "") return message;
    return reason instanceof Error ? reason.name : `it threw ${show(reason)} instead of an error`;
  } catch {
    return "it threw something that cannot be read";
  }
}
