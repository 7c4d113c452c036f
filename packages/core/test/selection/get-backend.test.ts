import { type BackendRegistration, getBackend, type IBackend } from "@tsusb/core";
import { registerBackend } from "@tsusb/core/backend";
import { describe, expect, it } from "vitest";
import { FakeBackend } from "../support/fake-backend.js";
import { withFreshRegistry } from "../support/fresh-registry.js";

withFreshRegistry();

/** Registers a backend as a good package does: one instance until it is closed. */
function register(name: string): { asked: number } {
  const counter = { asked: 0 };
  let instance: FakeBackend | undefined;
  const give: BackendRegistration["getBackend"] = async () => {
    counter.asked++;
    if (instance === undefined || instance.isClosed) instance = new FakeBackend();
    return instance;
  };
  registerBackend({ name, apiVersion: 1, packageName: name, getBackend: give });
  return counter;
}

describe("getBackend", () => {
  it("gives the same instance for the same options, and a new one after close", async () => {
    register("same");
    const first = await getBackend({ order: ["same"], backendOptions: { same: { logLevel: 1 } } });
    const second = await getBackend({ order: ["same"], backendOptions: { same: { logLevel: 1 } } });
    expect(second).toBe(first);
    await first.close();
    expect(await getBackend({ order: ["same"], backendOptions: { same: { logLevel: 1 } } })).not.toBe(first);
  });

  it("tries only once for calls at the same time", async () => {
    const counter = register("once");
    const all = await Promise.all([1, 2, 3].map(() => getBackend({ order: ["once"] })));
    expect(new Set<IBackend>(all).size).toBe(1);
    expect(counter.asked).toBeLessThanOrEqual(3);
  });

  it("chooses anew after a failure", async () => {
    await expect(getBackend({ order: ["tsusb-backend-late"] })).rejects.toMatchObject({
      code: "ERR_USB_NO_BACKEND",
    });
    register("tsusb-backend-late");
    await expect(getBackend({ order: ["tsusb-backend-late"] })).resolves.toBeInstanceOf(FakeBackend);
  });

  it("chooses anew when the one that was chosen works no more", async () => {
    let broken = false;
    registerBackend({
      name: "fragile",
      apiVersion: 1,
      getBackend: async () => {
        if (broken) throw new Error("gone");
        return new FakeBackend();
      },
    });
    register("spare");
    await getBackend({ order: ["fragile", "spare"] });
    broken = true;
    await expect(getBackend({ order: ["fragile", "spare"] })).resolves.toBeInstanceOf(FakeBackend);
  });

  it("reads TSUSB_BACKEND at each call", async () => {
    register("named");
    process.env.TSUSB_BACKEND = "named";
    try {
      await expect(getBackend()).resolves.toBeInstanceOf(FakeBackend);
      process.env.TSUSB_BACKEND = "unnamed";
      await expect(getBackend()).rejects.toThrow('"unnamed"');
    } finally {
      delete process.env.TSUSB_BACKEND;
    }
  });

  it("costs microseconds while the instance is open", async () => {
    register("quick");
    await getBackend({ order: ["quick"] });
    const start = performance.now();
    for (let count = 0; count < 100; count++) await getBackend({ order: ["quick"] });
    // Ten times as wide as what it takes.
    expect((performance.now() - start) / 100).toBeLessThan(1);
  });

  it.each([
    [{ ordre: [] }, "ordre"],
    [{ order: [] }, "order"],
    [{ order: "libusb1" }, "order"],
    [{ order: [1] }, "order[0]"],
    [{ from: 3 }, "from"],
    [{ onLog: true }, "onLog"],
    [{ logLevel: "4" }, "logLevel"],
    [{ backendOptions: [] }, "backendOptions"],
    [{ backendOptions: { libusb1: 1 } }, "backendOptions.libusb1"],
    [null, "options"],
  ])("rejects %o with a TypeError", async (options, named) => {
    const call = getBackend(options as unknown as Parameters<typeof getBackend>[0]);
    await expect(call).rejects.toThrow(TypeError);
    await expect(call).rejects.toThrow(named);
  });

  it("rejects a log level that there is not with a RangeError", async () => {
    await expect(getBackend({ logLevel: 5 })).rejects.toThrow(RangeError);
  });
});
