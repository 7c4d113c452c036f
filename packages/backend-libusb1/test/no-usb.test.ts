import { existsSync, readdirSync } from "node:fs";
import { getBackend, LIBUSB_ERROR_TIMEOUT, type LibUsb1Backend } from "@tsusb/backend-libusb1";
import type { BackendOptions, NoBackendError } from "@tsusb/core/backend";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { native } from "../src/addon.js";
import { LibUsb1Library, REQUIRED_SYMBOLS } from "../src/library.js";

/** What is plugged into this machine, mostly nothing. */
const plugged = existsSync("/sys/bus/usb/devices")
  ? readdirSync("/sys/bus/usb/devices").filter((name) => !name.includes(":"))
  : [];

const opened = new Set<LibUsb1Backend>();

async function open(options?: BackendOptions): Promise<LibUsb1Backend> {
  const backend = await getBackend(options);
  opened.add(backend);
  return backend;
}

async function rejection(promise: Promise<unknown>): Promise<NoBackendError> {
  return promise.then(
    () => expect.unreachable("it resolved"),
    (error: NoBackendError) => error,
  );
}

beforeEach(() => void vi.stubEnv("TSUSB_LIBUSB1_PATH", undefined));

afterEach(async () => {
  vi.unstubAllEnvs();
  for (const backend of opened) await backend.close();
  opened.clear();
});

describe("getBackend", () => {
  it("works where there is no USB, and lists what is there", async () => {
    const backend = await open();
    expect(backend.name).toBe("libusb1");
    expect(backend.version).toMatch(/^1\.0\.\d+/);
    expect(await backend.enumerateDevices()).toHaveLength(plugged.length);
  });

  it("gives the same instance for the same options, and a new one after close", async () => {
    const first = await open();
    expect(await getBackend({})).toBe(first);
    expect(await getBackend({ logLevel: undefined })).toBe(first);
    const other = await open({ logLevel: 1 });
    expect(other).not.toBe(first);
    expect(await getBackend({ logLevel: 1 })).toBe(other);
    await first.close();
    expect(await open()).not.toBe(first);
  });

  it("rejects after close with ERR_USB_CLOSED, and closes twice", async () => {
    const backend = await open();
    await Promise.all([backend.close(), backend.close()]);
    await expect(backend.enumerateDevices()).rejects.toMatchObject({ code: "ERR_USB_CLOSED" });
    await expect(backend.watch(() => undefined)).rejects.toMatchObject({ code: "ERR_USB_CLOSED" });
    await expect(backend.wrapSysDevice(0)).rejects.toMatchObject({ code: "ERR_USB_CLOSED" });
  });

  it("takes the library named by libraryPath, else the one named by the environment", async () => {
    const { libraryPath } = await open();
    expect((await open({ libraryPath })).libraryPath).toBe(libraryPath);
    vi.stubEnv("TSUSB_LIBUSB1_PATH", "/nonexistent/libusb.so");
    expect((await open({ libraryPath, logLevel: 0 })).libraryPath).toBe(libraryPath);
    const error = await rejection(getBackend({ logLevel: 2 }));
    expect(error.attempts[0]?.libraries[0]).toMatchObject({ source: "environment", reason: "not-found" });
  });

  it("asks findLibrary first", async () => {
    const { libraryPath } = await open();
    const findLibrary = vi.fn((candidate: string) => (candidate === "usb-1.0" ? libraryPath : undefined));
    expect((await open({ findLibrary })).libraryPath).toBe(libraryPath);
    expect(findLibrary).toHaveBeenCalledWith("libusb-1.0.so.0");
  });

  it.each([
    ["a file that is no library", import.meta.filename, "not-a-library"],
    ["a library that is not libusb", "libm.so.6", "wrong-library"],
    ["libusb 0.1", "libusb-0.1.so.4", "wrong-library"],
  ])("rejects %s with NoBackendError, and says why", async (_, libraryPath, reason) => {
    const error = await rejection(getBackend({ libraryPath }));
    expect(error).toMatchObject({ code: "ERR_USB_NO_BACKEND", backend: "libusb1" });
    expect(error.attempts).toHaveLength(1);
    expect(error.attempts[0]).toMatchObject({ name: "libusb1", outcome: "failed", cause: expect.any(Error) });
    expect(error.attempts[0]?.libraries).toMatchObject([
      { candidate: libraryPath, source: "option", reason },
    ]);
  });

  it.each([
    [{ loglevel: 1 }, TypeError, 'there is no option "loglevel"'],
    [{ libraryPath: 1 }, TypeError, "libraryPath must be a string, and is 1"],
    [{ libraryPath: "" }, TypeError, "libraryPath must be the path"],
    [{ findLibrary: "x" }, TypeError, "findLibrary must be a function, and is x"],
    [{ onLog: 1 }, TypeError, "onLog must be a function, and is 1"],
    [{ logLevel: 5 }, RangeError, "logLevel must be a whole number from 0 to 4, and is 5"],
    [{ logLevel: 1.5 }, RangeError, "logLevel must be a whole number"],
    [null, TypeError, "options must be an object"],
  ])("rejects the options %j", async (options, errorClass, message) => {
    const error = await rejection(getBackend(options as BackendOptions));
    expect(error).toBeInstanceOf(errorClass);
    expect(error.message).toContain(message);
  });
});

describe("the log of the library", () => {
  it("goes line by line to onLog, at the level asked for", async () => {
    const lines: [string, number][] = [];
    const backend = await open({ logLevel: 4, onLog: (...line) => lines.push(line) });
    await backend.enumerateDevices();
    await backend.close();
    expect(lines.some(([line]) => line.includes("libusb_get_device_list"))).toBe(true);
    expect(lines.every(([line, level]) => !line.endsWith("\n") && level >= 1 && level <= 4)).toBe(true);
  });

  it("has the level of LIBUSB_DEBUG, where only the program has set that", async () => {
    vi.stubEnv("LIBUSB_DEBUG", "4");
    const lines: string[] = [];
    const backend = await open({ onLog: (line) => lines.push(line) });
    await backend.enumerateDevices();
    await backend.close();
    expect(lines.length).toBeGreaterThan(0);
  });
});

describe("the addon", () => {
  it("needs exactly the symbols that are asked for in libraries", () => {
    const libm = new LibUsb1Library("libm.so.6");
    expect(native().missingSymbols(libm.id)).toEqual(REQUIRED_SYMBOLS);
    libm.close();
    libm.close();
    expect(libm.has("cos")).toBe(false);
  });

  it("names a wrong argument with its value, and survives numbers of nothing", () => {
    const addon = native();
    expect(() => addon.hasSymbol("x" as unknown as number, "y")).toThrow(
      "library must be a number, and is x",
    );
    expect(() => addon.cancel(-1)).toThrow("slot must be a whole number from 0 to 2147483647, and is -1");
    expect(() => addon.cancel(0.5)).toThrow(RangeError);
    expect(() => addon.cancel(4711)).toThrow("slot 4711 does not exist");
    expect(() => addon.closeHandle(4711, 2)).toThrow("handle 4711 does not exist");
    expect(() => addon.listDevices(4711, 2)).toThrow("context 4711 does not exist");
  });
});

it("exports the constants under their own names", () => {
  expect(LIBUSB_ERROR_TIMEOUT).toBe(-7);
});
