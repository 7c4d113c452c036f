import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { find, util } from "@tsusb/core";
import { afterEach, describe, expect, it, vi } from "vitest";
import { deviceBytes, FakeBackend } from "../support/fake-backend.js";

setFlagsFromString("--expose-gc");
const collectGarbage: () => void = runInNewContext("gc");

afterEach(() => vi.restoreAllMocks());

describe("a device that nobody holds any more", () => {
  it("is closed, with a process warning", async () => {
    const warned = vi.spyOn(process, "emitWarning").mockImplementation(() => undefined);
    const backend = plugged();
    await openAndDrop(backend);
    expect(backend.handles.size).toBe(1);
    await vi.waitFor(() => {
      collectGarbage();
      expect(backend.handles.size).toBe(0);
    });
    expect(warned.mock.calls.map(([, options]) => options)).toEqual([
      { type: "USBWarning", code: "USB_DEVICE_COLLECTED" },
    ]);
  });

  it.each([0, 1])(
    "stays open while a transfer is pending, described with %i configurations",
    async (count) => {
      // What the tests before have left open may be collected now, and would be printed.
      vi.spyOn(process, "emitWarning").mockImplementation(() => undefined);
      const backend = plugged(count);
      const pending = silentTransfer(backend);
      for (let round = 0; round < 10; round++) {
        await new Promise((resolve) => setTimeout(resolve, 2));
        collectGarbage();
      }
      expect(backend.handles.size).toBe(1);
      backend.pending()[0]?.settle({ bytes: [1] });
      expect(await pending).toEqual(Uint8Array.of(1));
    },
  );
});

describe("two copies of core", () => {
  it("give back what a device of the other one holds", async () => {
    const backend = plugged();
    const device = await find({ backend });
    await device?.open();
    vi.resetModules();
    const copy: { readonly util: typeof util } = await import("@tsusb/core");
    expect(copy.util.disposeResources).not.toBe(util.disposeResources);
    if (device) await copy.util.disposeResources(device);
    expect(backend.handles.size).toBe(0);
  });
});

function plugged(bNumConfigurations = 0): FakeBackend {
  const backend = new FakeBackend();
  const configurations = bNumConfigurations === 0 ? [] : [Uint8Array.of(9, 2, 9, 0, 0, 1, 0, 0x80, 50)];
  backend.plug({ descriptor: deviceBytes({ bNumConfigurations }), configurations });
  return backend;
}

async function openAndDrop(backend: FakeBackend): Promise<void> {
  const device = await find({ backend });
  await device?.open();
}

/** A control transfer that ends when a test says so, of a device that nothing else holds. */
async function silentTransfer(backend: FakeBackend): Promise<Uint8Array | undefined> {
  const submit = backend.submit.bind(backend);
  backend.submit = (handle, request) =>
    submit(handle, { ...request, endpoint: 0x81, setup: undefined as never });
  const device = await find({ backend });
  return device?.ctrlTransfer(0xc0, 1, 0, 0, 8, 0);
}
