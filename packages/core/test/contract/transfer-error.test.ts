import { USBError, USBTimeoutError } from "@tsusb/core";
import { describe, expect, it } from "vitest";
import { type TransferContext, transferError } from "../../src/contract/transfer-error.js";

const READ: TransferContext = {
  operation: "read",
  endpoint: 0x81,
  device: "0525:a4a0",
  backendName: "libusb1",
  timeout: 300,
  length: 100,
  wMaxPacketSize: 0x0040,
};

describe("transferError", () => {
  it.each([
    ["timedOut", "ETIMEDOUT"],
    ["stall", "EPIPE"],
    ["overflow", "EOVERFLOW"],
    ["noDevice", "ENODEV"],
    ["cancelled", "EINTR"],
    ["error", "EIO"],
  ] as const)("gives %s the code %s", (status, code) => {
    const error = transferError({ status, length: 0, backendErrorCode: -1 }, READ);
    expect(error).toBeInstanceOf(USBError);
    expect(error).toMatchObject({ code, backend: "libusb1", backendErrorCode: -1, transferred: 0 });
    expect(error.partial).toBeUndefined();
  });

  it("makes a USBTimeoutError of a timeout, and says how long and how much", () => {
    const error = transferError({ status: "timedOut", length: 3, data: Uint8Array.of(1, 2, 3) }, READ);
    expect(error).toBeInstanceOf(USBTimeoutError);
    expect(error.message).toBe("read 0x81 of 0525:a4a0: timed out after 300 ms, 3 of 100 bytes moved");
    expect(error).toMatchObject({ transferred: 3, partial: Uint8Array.of(1, 2, 3) });
  });

  it("takes what had arrived out of the caller's buffer", () => {
    const into = Uint8Array.of(1, 2, 3, 0, 0);
    const { partial } = transferError({ status: "error", length: 3 }, { ...READ, into });
    into.fill(9);
    expect(partial).toEqual(Uint8Array.of(1, 2, 3));
  });

  it("leaves the holes of isochronous packets out of what had arrived", () => {
    const packets = [
      { status: "completed", offset: 0, length: 2 },
      { status: "error", offset: 4, length: 0 },
      { status: "completed", offset: 8, length: 1 },
    ] as const;
    const data = Uint8Array.of(1, 2, 0, 0, 0, 0, 0, 0, 3, 0, 0, 0);
    expect(transferError({ status: "noDevice", length: 3, data, packets }, READ).partial).toEqual(
      Uint8Array.of(1, 2, 3),
    );
  });

  it("says which multiple of wMaxPacketSize to ask for after an overflow", () => {
    const overflow = { status: "overflow", length: 0 } as const;
    expect(transferError(overflow, READ).hint).toContain("128 bytes instead of 100");
    expect(transferError(overflow, { ...READ, length: 0 }).hint).toContain("64 bytes instead of 0");
    // 0x1400: 1024 bytes and two additional transactions.
    expect(transferError(overflow, { ...READ, wMaxPacketSize: 0x1400 }).hint).toContain("1024 bytes");
  });

  it("gives no such hint where a multiple was asked for, or none is known", () => {
    const overflow = { status: "overflow", length: 0 } as const;
    expect(transferError(overflow, { ...READ, length: 128 }).hint).toBeUndefined();
    expect(transferError(overflow, { ...READ, wMaxPacketSize: undefined }).hint).toBeUndefined();
  });

  it("says that a device refused a control request, with the request", () => {
    const setup = { bmRequestType: 0x80, bRequest: 6, wValue: 0x0300, wIndex: 0, wLength: 4 };
    const error = transferError(
      { status: "stall", length: 0 },
      { operation: "control", endpoint: 0, backendName: "libusb1", setup },
    );
    expect(error.code).toBe("EPIPE");
    expect(error.message).toContain("0x80 0x06 wValue 0x0300 wIndex 0x0000");
    expect(error.hint).toBeUndefined();
  });

  it("calls a status that is none a fault of the backend", () => {
    const result = { status: "sideways" as "error", length: 0 };
    expect(transferError(result, READ).code).toBe("ERR_USB_BACKEND");
  });
});
