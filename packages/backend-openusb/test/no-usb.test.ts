import { copyFileSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { getBackend, OPENUSB_PLATFORM_FAILURE, type OpenUsbBackend } from "@tsusb/backend-openusb";
import type { BackendOptions, NoBackendError } from "@tsusb/core/backend";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { native } from "../src/addon.js";
import { OpenUsbLibrary, REQUIRED_SYMBOLS } from "../src/library.js";
import { buildOpenUsbLibrary } from "./library/build.mjs";

const libraryPath = buildOpenUsbLibrary();
const opened = new Set<OpenUsbBackend>();

async function open(options?: BackendOptions): Promise<OpenUsbBackend> {
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

beforeEach(() => {
  vi.stubEnv("TSUSB_OPENUSB_PATH", libraryPath);
  vi.stubEnv("TSUSB_TEST_OPENUSB_SOCKET", undefined);
});

afterEach(async () => {
  vi.unstubAllEnvs();
  for (const backend of opened) await backend.close();
  opened.clear();
});

describe("getBackend", () => {
  it("gives the same instance for the same options, and a new one after close", async () => {
    const first = await open();
    expect(first.name).toBe("openusb");
    expect(await getBackend({})).toBe(first);
    expect(await getBackend({ logLevel: undefined })).toBe(first);
    const other = await open({ logLevel: 1 });
    expect(other).not.toBe(first);
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
    expect((await open()).libraryPath).toBe(libraryPath);
    vi.stubEnv("TSUSB_OPENUSB_PATH", "/nonexistent/libopenusb.so");
    expect((await open({ libraryPath, logLevel: 0 })).libraryPath).toBe(libraryPath);
    const error = await rejection(getBackend({ logLevel: 2 }));
    expect(error.attempts[0]?.libraries[0]).toMatchObject({ source: "environment", reason: "not-found" });
  });

  it("asks findLibrary for the names that systems have", async () => {
    vi.stubEnv("TSUSB_OPENUSB_PATH", undefined);
    const findLibrary = vi.fn((candidate: string) => (candidate === "openusb" ? libraryPath : undefined));
    expect((await open({ findLibrary })).libraryPath).toBe(libraryPath);
    expect(findLibrary).toHaveBeenCalledWith("libopenusb.so.0");
  });

  it.each([
    ["a file that is no library", import.meta.filename, "not-a-library"],
    ["a library that is not OpenUSB", "libm.so.6", "wrong-library"],
  ])("rejects %s with NoBackendError, and says why", async (_, wrong, reason) => {
    const error = await rejection(getBackend({ libraryPath: wrong }));
    expect(error).toMatchObject({ code: "ERR_USB_NO_BACKEND", backend: "openusb" });
    expect(error.attempts[0]).toMatchObject({ name: "openusb", outcome: "failed", cause: expect.any(Error) });
    expect(error.attempts[0]?.libraries).toMatchObject([{ candidate: wrong, source: "option", reason }]);
  });

  it("names what OpenUSB looks for when it has no plug-in for this system", async () => {
    vi.stubEnv("TSUSB_TEST_OPENUSB_NO_PLUGIN", "1");
    const error = await rejection(getBackend());
    expect(error.code).toBe("ERR_USB_NO_BACKEND");
    expect(error.attempts[0]?.cause).toMatchObject({ backendErrorCode: OPENUSB_PLATFORM_FAILURE });
    expect(error.attempts[0]?.hint).toContain("no plug-in for this system");
    expect(error.message).toContain("openusb_backend/");
    expect(error.message).toContain(path.join(path.dirname(libraryPath), "openusb_backend"));
    expect(error.message).toContain("OPENUSB_BACKEND_PATH");
    vi.stubEnv("TSUSB_TEST_OPENUSB_NO_PLUGIN", undefined);
    expect((await open()).libraryPath).toBe(libraryPath);
  });

  it("has the loader's words, and what they mean, for a build that calls what it does not contain", async () => {
    const folder = mkdtempSync(path.join(tmpdir(), "tsusb-openusb-"));
    try {
      const source = path.join(import.meta.dirname, "library/broken-build.S");
      const broken = buildOpenUsbLibrary({ name: "broken", link: [source] });
      copyFileSync(broken, path.join(folder, "libopenusb.so.0"));
      const error = await rejection(getBackend({ libraryPath: path.join(folder, "libopenusb.so.0") }));
      expect(error.attempts[0]?.libraries[0]?.message).toContain("undefined symbol: openusb_le16_to_cpu");
      expect(error.message).toContain("This build of OpenUSB is broken");
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it.each([
    [{ loglevel: 1 }, TypeError, 'there is no option "loglevel"'],
    [{ libraryPath: "" }, TypeError, "libraryPath must be the path"],
    [{ logLevel: 5 }, RangeError, "logLevel must be a whole number from 0 to 4, and is 5"],
  ])("rejects the options %j", async (options, errorClass, message) => {
    const error = await rejection(getBackend(options as BackendOptions));
    expect(error).toBeInstanceOf(errorClass);
    expect(error.message).toContain(message);
  });
});

describe("the log of the library", () => {
  it("goes line by line to onLog, with its arguments in it", async () => {
    const lines: [string, number][] = [];
    const backend = await open({ logLevel: 4, onLog: (...line) => lines.push(line) });
    await backend.enumerateDevices();
    await backend.close();
    expect(lines).toContainEqual(["5 devices", 4]);
  });

  it("has the level of OPENUSB_DEBUG, where only the program has set that", async () => {
    vi.stubEnv("OPENUSB_DEBUG", "4");
    const lines: string[] = [];
    const backend = await open({ onLog: (line) => lines.push(line) });
    await backend.enumerateDevices();
    await backend.close();
    expect(lines).toContain("5 devices");
  });

  it("goes to the backend that asked for it, although the library knows one callback only", async () => {
    const [one, two]: [string[], string[]] = [[], []];
    const first = await open({ logLevel: 4, onLog: (line) => one.push(line) });
    const second = await open({ logLevel: 4, onLog: (line) => two.push(line) });
    one.length = 0;
    await second.enumerateDevices();
    await first.close();
    expect(one).toEqual([]);
    expect(two).toContain("5 devices");
  });
});

describe("the addon", () => {
  it("needs exactly the symbols that are asked for in libraries", () => {
    const libm = new OpenUsbLibrary("libm.so.6");
    expect(native().missingSymbols(libm.id)).toEqual(REQUIRED_SYMBOLS);
    libm.close();
  });

  it("keeps the library's names to itself: it has all of libusb 0.1's", async () => {
    await open();
    const libc = new OpenUsbLibrary("libc.so.6");
    // What is global is found through any library.
    expect(libc.has("usb_init")).toBe(false);
    libc.close();
    const own = new OpenUsbLibrary(libraryPath);
    expect(own.has("usb_init")).toBe(true);
    own.close();
  });

  it("names a wrong argument with its value, and survives numbers of nothing", () => {
    const addon = native();
    expect(() => addon.hasSymbol("x" as unknown as number, "y")).toThrow(
      "library must be a number, and is x",
    );
    expect(() => addon.cancel(4711, 1)).toThrow("handle 4711 does not exist");
    expect(() => addon.freeSlot(4711)).toThrow("slot 4711 does not exist");
    expect(() => addon.closeHandle(4711, 2)).toThrow("handle 4711 does not exist");
    expect(() => addon.listDevices(4711, 2)).toThrow("context 4711 does not exist");
    expect(() => addon.createSlot(0, 0)).toThrow(RangeError);
  });
});
