import { USBError, type USBErrorCode } from "@tsusb/core/backend";

/** What each code means here; there is no C library whose numbers would have to be translated. */
const MEANING = {
  EBUSY: "another handle holds it",
  EINVAL: "the device refused the value",
  ENODEV: "the device was unplugged",
  ENOENT: "there is none",
  ENOSYS: "virtual devices cannot do it",
  ERR_USB_CLOSED: "it was closed",
} as const satisfies Partial<Record<USBErrorCode, string>>;

/** Makes the error of a call that this backend refuses. */
export function failure(code: keyof typeof MEANING, what: string): USBError {
  return new USBError(`${what}: ${MEANING[code]}`, { code, backend: "virtual" });
}

/** Makes the error of a call that a driver of the system stands in the way of. */
export function busy(what: string, driver: string): USBError {
  return new USBError(`${what}: driver ${driver} holds it`, {
    code: "EBUSY",
    backend: "virtual",
    hint: "detach it, or open the device with autoDetachKernelDriver",
  });
}

/** Writes a number as in specifications. */
export const hex = (value: number): string => `0x${value.toString(16).padStart(2, "0")}`;
