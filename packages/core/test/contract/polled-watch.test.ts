import { type BackendDeviceEvent, USBError } from "@tsusb/core/backend";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { FakeBackend } from "../support/fake-backend.js";

let backend: FakeBackend;
let events: string[];
const listener = ({ type, device }: BackendDeviceEvent) => void events.push(`${type} ${device.key}`);

beforeEach(() => {
  vi.useFakeTimers();
  backend = new FakeBackend();
  events = [];
});

afterEach(() => {
  vi.useRealTimers();
});

const second = () => vi.advanceTimersByTimeAsync(1000);

describe("watch by default", () => {
  it("tells what comes and goes, and not what was there", async () => {
    const first = backend.plug({ key: "first" });
    const watch = await backend.watch(listener);
    backend.plug({ key: "second" });
    await second();
    expect(events).toEqual(["plug second"]);
    backend.unplug(first);
    backend.plug({ key: "third" });
    await second();
    expect(events).toEqual(["plug second", "unplug first", "plug third"]);
    await watch.close();
  });

  it("has its first list when it resolves", async () => {
    const watching = backend.watch(listener);
    const watch = await watching;
    backend.plug({ key: "new" });
    await second();
    expect(events).toEqual(["plug new"]);
    await watch.close();
  });

  it("outlives an enumeration that fails", async () => {
    const watch = await backend.watch(listener);
    backend.plug({ key: "new" });
    backend.fail("enumerateDevices", new USBError("no memory", { code: "ENOMEM" }));
    await second();
    expect(events).toEqual([]);
    await second();
    expect(events).toEqual(["plug new"]);
    await watch.close();
  });

  it("asks no more once it is closed, or the backend is", async () => {
    const watch = await backend.watch(listener);
    await watch.close();
    await watch.close();
    backend.plug({ key: "new" });
    await second();
    expect(events).toEqual([]);
    await backend.watch(listener);
    await backend.close();
    await second();
    const asked = backend.calls.length;
    await second();
    expect(backend.calls).toHaveLength(asked);
  });

  it("rejects if even the first list is not to be had", async () => {
    backend.fail("enumerateDevices", new USBError("no", { code: "EACCES" }));
    await expect(backend.watch(listener)).rejects.toMatchObject({ code: "EACCES" });
  });

  it("does not keep the process alive", async () => {
    vi.useRealTimers();
    const before = process.getActiveResourcesInfo().filter((each) => each === "Timeout").length;
    const watch = await backend.watch(listener);
    expect(process.getActiveResourcesInfo().filter((each) => each === "Timeout")).toHaveLength(before);
    await watch.close();
  });
});
