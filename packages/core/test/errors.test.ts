import { getSystemErrorName } from "node:util";
import { NoBackendError, USBAbortError, USBError, USBTimeoutError } from "@tsusb/core";
import { describe, expect, it, vi } from "vitest";

/** A second copy of core in the same process. */
async function otherCopy(): Promise<typeof import("../src/errors.js")> {
  vi.resetModules();
  const copy = await import("../src/errors.js");
  expect(copy.USBError).not.toBe(USBError);
  return copy;
}

describe("USBError", () => {
  it("carries what it was given and Node's number for the code", () => {
    const partial = Uint8Array.of(1, 2);
    const cause = new Error("behind");
    const error = new USBError("read 0x81: overflow", {
      code: "EOVERFLOW",
      backendErrorCode: -8,
      backend: "libusb1",
      hint: "ask for 64 bytes",
      transferred: 2,
      partial,
      cause,
    });
    expect(error).toBeInstanceOf(Error);
    expect(error).toMatchObject({
      code: "EOVERFLOW",
      backendErrorCode: -8,
      backend: "libusb1",
      transferred: 2,
    });
    expect(error.partial).toBe(partial);
    expect(error.cause).toBe(cause);
    expect(getSystemErrorName(error.errno ?? 0)).toBe("EOVERFLOW");
    expect(error.errno).toBeLessThan(0);
  });

  it("ends its message with the hint", () => {
    const error = new USBError("open: access denied", { code: "EACCES", hint: "add a udev rule" });
    expect(error.message).toBe("open: access denied (add a udev rule)");
    expect(error.hint).toBe("add a udev rule");
  });

  it("has no errno for a code that is no system's", () => {
    expect(new USBError("closed", { code: "ERR_USB_CLOSED" }).errno).toBeUndefined();
  });

  it("shows only the facts that are known when it is printed", () => {
    expect(Object.keys(new USBError("closed", { code: "ERR_USB_CLOSED", backend: undefined }))).toEqual([
      "code",
    ]);
  });

  it("has no errno, and is an error all the same, where there is no Node", async () => {
    const { getBuiltinModule } = process;
    vi.resetModules();
    Reflect.set(process, "getBuiltinModule", undefined);
    try {
      const copy = await import("../src/errors.js");
      expect(new copy.USBError("stall", { code: "EPIPE" })).toMatchObject({
        code: "EPIPE",
        message: "stall",
      });
      expect(new copy.USBError("stall", { code: "EPIPE" }).errno).toBeUndefined();
    } finally {
      Reflect.set(process, "getBuiltinModule", getBuiltinModule);
    }
  });

  it("is told from other values", () => {
    expect(USBError.is(new USBError("x", { code: "EIO" }))).toBe(true);
    for (const other of [new Error("x"), { code: "EIO" }, null, undefined, "EIO"]) {
      expect(USBError.is(other)).toBe(false);
      expect(other instanceof USBError).toBe(false);
    }
  });
});

describe("the subclasses", () => {
  it("have their codes and names", () => {
    expect(new USBTimeoutError("t")).toMatchObject({ name: "USBTimeoutError", code: "ETIMEDOUT" });
    expect(new USBAbortError("a")).toMatchObject({ name: "AbortError", code: "ABORT_ERR" });
    expect(new NoBackendError("n")).toMatchObject({
      name: "NoBackendError",
      code: "ERR_USB_NO_BACKEND",
      attempts: [],
    });
  });

  it("are told apart by instanceof, and all are USBError", () => {
    const timeout = new USBTimeoutError("t");
    expect(timeout).toBeInstanceOf(USBError);
    expect(timeout).not.toBeInstanceOf(USBAbortError);
    expect(new USBError("x", { code: "ETIMEDOUT" })).not.toBeInstanceOf(USBTimeoutError);
  });

  it("keep the ordinary instanceof for a class that a program derives", () => {
    class OwnError extends USBError {}
    expect(new OwnError("x", { code: "EIO" })).toBeInstanceOf(OwnError);
    expect(new OwnError("x", { code: "EIO" })).toBeInstanceOf(USBError);
    expect(new USBError("x", { code: "EIO" })).not.toBeInstanceOf(OwnError);
  });
});

describe("an error of another copy of core", () => {
  it("is an instance of this copy's classes, each of its own", async () => {
    const other = await otherCopy();
    const timeout = new other.USBTimeoutError("t");
    expect(USBError.is(timeout)).toBe(true);
    expect(timeout).toBeInstanceOf(USBError);
    expect(timeout).toBeInstanceOf(USBTimeoutError);
    expect(timeout).not.toBeInstanceOf(NoBackendError);
    expect(new other.NoBackendError("n")).toBeInstanceOf(NoBackendError);
    expect(new USBAbortError("a")).toBeInstanceOf(other.USBAbortError);
  });
});
