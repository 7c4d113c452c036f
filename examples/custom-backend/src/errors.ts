import { USBError, type USBErrorCode } from "@tsusb/core/backend";

/** The one table that gives failures their codes. A backend over a C library maps its numbers here instead. */
const FAILURES = {
  busy: ["EBUSY", "another handle holds it"],
  closed: ["ERR_USB_CLOSED", "it was closed"],
  gone: ["ENODEV", "the device is gone"],
  missing: ["ENOENT", "there is none"],
  unsupported: ["ENOSYS", "this backend cannot do that"],
} as const satisfies Record<string, readonly [USBErrorCode, string]>;

/** Makes the error of a call that is refused. */
export function failure(kind: keyof typeof FAILURES, what: string): USBError {
  const [code, why] = FAILURES[kind];
  return new USBError(`${what}: ${why}`, { code, backend: "loopback" });
}
