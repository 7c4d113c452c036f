import { existsSync, readdirSync } from "node:fs";
import { ETRANSFER_TIMEDOUT, getBackend, type LibUsb0Backend, USB_ERRNO } from "@tsusb/backend-libusb0";
import type { BackendOptions, NoBackendError } from "@tsusb/core/backend";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { native } from "../src/addon.js";
import { LibUsb0Library, REQUIRED_SYMBOLS } from "../src/library.js";
import { buildLibrary } from "./library/build.mjs";

/** What is plugged into this machine, mostly nothing. */
const plugged = existsSync("/sys/bus/usb/devices")
  ? readdirSync("/sys/bus/usb/devices").filter((name) => !name.includes(":"))
  : [];

const opened = new Set<LibUsb0Backend>();

async function open(options?: BackendOptions): Promise<LibUsb0Backend> {
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

beforeEach(() => void vi.stubEnv("TSUSB_LIBUSB0_PATH", undefined));

afterEach(async () => {
  vi.unstubAllEnvs();
  for (const backend of opened) await backend.close();
  opened.clear();
});

describe("getBackend", () => {
  it("works where there is no USB, and lists what is there", async () => {
    const backend = await open();
    expect(backend.name).toBe("libusb0");
    expect(backend.implementation).toBe("original");
    // Only libusb-win32 tells a version.
    expect(backend.version).toBeUndefined();
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
  });

  it("takes the library named by libraryPath, else the one named by the environment", async () => {
    const { libraryPath } = await open();
    expect((await open({ libraryPath })).libraryPath).toBe(libraryPath);
    vi.stubEnv("TSUSB_LIBUSB0_PATH", "/nonexistent/libusb.so");
    expect((await open({ libraryPath, logLevel: 0 })).libraryPath).toBe(libraryPath);
    const error = await rejection(getBackend({ logLevel: 2 }));
    expect(error.attempts[0]?.libraries[0]).toMatchObject({ source: "environment", reason: "not-found" });
  });

  it("asks findLibrary first", async () => {
    const { libraryPath } = await open();
    const findLibrary = vi.fn((candidate: string) => (candidate === "usb-0.1" ? libraryPath : undefined));
    expect((await open({ findLibrary })).libraryPath).toBe(libraryPath);
    expect(findLibrary).toHaveBeenCalledWith("libusb-0.1.so.4");
  });

  it.each([
    ["a file that is no library", import.meta.filename, "not-a-library"],
    ["a library that is not libusb", "libm.so.6", "wrong-library"],
    ["libusb 1.0", "libusb-1.0.so.0", "wrong-library"],
  ])("rejects %s with NoBackendError, and says why", async (_, libraryPath, reason) => {
    const error = await rejection(getBackend({ libraryPath }));
    expect(error).toMatchObject({ code: "ERR_USB_NO_BACKEND", backend: "libusb0" });
    expect(error.attempts).toHaveLength(1);
    expect(error.attempts[0]).toMatchObject({ name: "libusb0", outcome: "failed", cause: expect.any(Error) });
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

describe("the three that call themselves libusb 0.1", () => {
  it.runIf(process.platform === "linux").each(["compat", "win32"] as const)(
    "are told apart by their symbols, not by their names: %s",
    async (implementation) => {
      const { library } = buildLibrary(implementation);
      const backend = await open({ libraryPath: library });
      expect(backend.implementation).toBe(implementation);
      expect(backend.version).toBe(implementation === "win32" ? "1.2.6.0" : undefined);
      const devices = await backend.enumerateDevices();
      expect(devices).toMatchObject([{ idVendor: 0x1209, idProduct: 0x0001, portNumbers: undefined }]);
    },
  );

  it.runIf(process.platform === "linux")("work in one process at once", async () => {
    const paths = [undefined, buildLibrary("compat").library, buildLibrary("win32").library];
    const backends = await Promise.all(paths.map((libraryPath) => open({ libraryPath })));
    expect(backends.map(({ implementation }) => implementation)).toEqual(["original", "compat", "win32"]);
    const counts = await Promise.all(backends.map(async (each) => (await each.enumerateDevices()).length));
    expect(counts).toEqual([plugged.length, 1, 1]);
  });
});

describe("the addon", () => {
  it("needs exactly the symbols that are asked for in libraries", () => {
    const libm = new LibUsb0Library("libm.so.6");
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
  expect(ETRANSFER_TIMEDOUT).toBe(116);
  expect(USB_ERRNO.ENODEV).toBe(-19);
});
