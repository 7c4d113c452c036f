import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import * as openusb from "@tsusb/backend-openusb";
import { expect, it } from "vitest";

const run = promisify(execFile);
const compile = (...options: readonly string[]) =>
  run(process.execPath, [fileURLToPath(new URL("abi.mjs", import.meta.url)), ...options]);

it.runIf(process.platform === "linux")(
  "has structures of the sizes and offsets that were measured with openusb.h",
  async () => {
    await expect(compile()).resolves.toBeDefined();
    // It can fail: another size is another layout.
    await expect(compile("-DSHIFT=8")).rejects.toMatchObject({ code: 1 });
  },
  120_000,
);

it("has the header's numbers under the header's names", () => {
  const numbers = Object.fromEntries(
    Object.entries(openusb).filter(([name]) => /^(OPENUSB|USB)_/.test(name)),
  );
  expect(numbers).toEqual({
    OPENUSB_SUCCESS: 0,
    OPENUSB_PLATFORM_FAILURE: -1,
    OPENUSB_NO_RESOURCES: -2,
    OPENUSB_NO_BANDWIDTH: -3,
    OPENUSB_NOT_SUPPORTED: -4,
    OPENUSB_HC_HARDWARE_ERROR: -5,
    OPENUSB_INVALID_PERM: -6,
    OPENUSB_BUSY: -7,
    OPENUSB_BADARG: -8,
    OPENUSB_NOACCESS: -9,
    OPENUSB_PARSE_ERROR: -10,
    OPENUSB_UNKNOWN_DEVICE: -11,
    OPENUSB_INVALID_HANDLE: -12,
    OPENUSB_SYS_FUNC_FAILURE: -13,
    OPENUSB_NULL_LIST: -14,
    OPENUSB_CB_CONTINUE: -20,
    OPENUSB_CB_TERMINATE: -21,
    OPENUSB_IO_STALL: -50,
    OPENUSB_IO_CRC_ERROR: -51,
    OPENUSB_IO_DEVICE_HUNG: -52,
    OPENUSB_IO_REQ_TOO_BIG: -53,
    OPENUSB_IO_BIT_STUFFING: -54,
    OPENUSB_IO_UNEXPECTED_PID: -55,
    OPENUSB_IO_DATA_OVERRUN: -56,
    OPENUSB_IO_DATA_UNDERRUN: -57,
    OPENUSB_IO_BUFFER_OVERRUN: -58,
    OPENUSB_IO_BUFFER_UNDERRUN: -59,
    OPENUSB_IO_PID_CHECK_FAILURE: -60,
    OPENUSB_IO_DATA_TOGGLE_MISMATCH: -61,
    OPENUSB_IO_TIMEOUT: -62,
    OPENUSB_IO_CANCELED: -63,
    // Names that the header does not have, for numbers that it has.
    OPENUSB_IO_CANCELLED: -63,
    OPENUSB_IO_OVERFLOW: -56,
    USB_ATTACH: 0,
    USB_REMOVE: 1,
    USB_SUSPEND: 2,
    USB_RESUME: 3,
    USB_HC_ATTACH: 4,
    USB_HC_REMOVE: 5,
    USB_COLDPLUG_COMPLETED: 6,
    USB_TYPE_ALL: 0,
    USB_TYPE_CONTROL: 1,
    USB_TYPE_INTERRUPT: 2,
    USB_TYPE_BULK: 3,
    USB_TYPE_ISOCHRONOUS: 4,
    USB_INIT_DEFAULT: 0,
    USB_INIT_FAIL_FAST: 1,
    USB_INIT_REVERSIBLE: 2,
    USB_INIT_NON_REVERSIBLE: 3,
  });
});
