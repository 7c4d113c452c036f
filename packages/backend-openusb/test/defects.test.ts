import {
  getBackend,
  OPENUSB_BADARG,
  OPENUSB_IO_REQ_TOO_BIG,
  OPENUSB_IO_STALL,
  OPENUSB_IO_TIMEOUT,
  OPENUSB_SYS_FUNC_FAILURE,
  type OpenUsbBackend,
} from "@tsusb/backend-openusb";
import type { BackendDeviceEvent } from "@tsusb/core/backend";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import {
  DESCRIPTOR,
  deviceOf,
  ENDLESS_INTERFACE,
  LOOPBACK,
  NEVER_ANSWERED,
  open,
  REFUSED,
  rejection,
  SILENT,
  SOURCE,
  silence,
  statuses,
  vendor,
} from "./devices.js";
import { type Switch, TestLibrary } from "./library/client.js";

const library = new TestLibrary();
let backend: OpenUsbBackend;

/** What tests have switched, to be as it was. */
const switched = new Map<Switch, 0 | 1>();
async function set(name: Switch, value: 0 | 1): Promise<void> {
  await library.set(name, value);
  switched.set(name, value === 0 ? 1 : 0);
}

beforeEach(async () => {
  backend = await getBackend();
});

afterEach(async () => {
  for (const [name, value] of switched) await library.set(name, value);
  switched.clear();
  await backend.close();
});

/** Processor time of this process in a stretch of time, as a share of it. */
async function load(during: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  const before = process.cpuUsage();
  await during();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000 / (performance.now() - start);
}

describe("a control request that is refused never comes back, and", () => {
  it("is told as a stall, long before its timeout", async () => {
    const handle = await open(backend, "zero");
    const start = performance.now();
    const result = await backend.submit(handle, vendor(REFUSED, 30_000)).done;
    expect(result).toEqual({ status: "stall", length: 0, backendErrorCode: OPENUSB_IO_STALL });
    expect(performance.now() - start).toBeLessThan(5000);
  });

  it("is told as a stall without a timeout too", async () => {
    const handle = await open(backend, "zero");
    expect((await backend.submit(handle, vendor(REFUSED, 0)).done).status).toBe("stall");
  });

  it("is told as a stall when its timeout is shorter than it takes to find that out", async () => {
    const handle = await open(backend, "zero");
    expect((await backend.submit(handle, vendor(REFUSED, 1)).done).status).toBe("stall");
  });

  it("is told at once if another request is answered after it", async () => {
    const handle = await open(backend, "zero");
    const refused = backend.submit(handle, vendor(REFUSED, 0));
    const before = (await library.look()).submitted;
    expect((await backend.submit(handle, DESCRIPTOR).done).status).toBe("completed");
    expect((await refused.done).status).toBe("stall");
    // No request of our own was needed.
    expect((await library.look()).submitted - before).toBeLessThanOrEqual(2);
  });

  it("leaves the device usable, is not aborted, and the library reaps all the rest", async () => {
    const handle = await open(backend, "zero", LOOPBACK.interfaceNumber);
    for (let count = 0; count < 5; count++) await backend.submit(handle, vendor(REFUSED, 1000)).done;
    expect((await backend.submit(handle, DESCRIPTOR).done).status).toBe("completed");
    expect(await library.look()).toMatchObject({ aborted: 0, spinning: 0 });
    await backend.closeDevice(handle);
    expect(await library.look()).toMatchObject({ unreaped: 0, lost: 0 });
  });

  it("uses no processor while it is out", async () => {
    await set("refuses-status", 1);
    const handle = await open(backend, "zero");
    const waiting = backend.submit(handle, vendor(REFUSED, 1000));
    expect(await load(() => waiting.done)).toBeLessThan(0.5);
    expect((await library.look()).spinning).toBe(0);
  });

  it("ends by its timeout if the device refuses what would tell, and can be made again", async () => {
    await set("refuses-status", 1);
    const handle = await open(backend, "zero");
    for (let count = 0; count < 2; count++) {
      const start = performance.now();
      const result = await backend.submit(handle, vendor(REFUSED, 100)).done;
      expect(result).toMatchObject({ status: "timedOut", backendErrorCode: OPENUSB_IO_TIMEOUT });
      expect(performance.now() - start).toBeGreaterThan(98);
      expect(performance.now() - start).toBeLessThan(5000);
    }
    expect((await backend.submit(handle, DESCRIPTOR).done).status).toBe("completed");
  });

  it("is settled by its cancellation", async () => {
    await set("refuses-status", 1);
    const handle = await open(backend, "zero");
    const waiting = backend.submit(handle, vendor(REFUSED, 0));
    waiting.cancel();
    expect((await waiting.done).status).toBe("cancelled");
  });

  it("does not keep the device from being closed, nor does its memory go before that", async () => {
    await set("refuses-status", 1);
    const handle = await open(backend, "zero");
    const waiting = Array.from({ length: 20 }, () => backend.submit(handle, vendor(REFUSED, 0)));
    // The test library ends the process if a request has been freed by then.
    await backend.closeDevice(handle);
    expect(await statuses(waiting)).toEqual(new Set(["cancelled"]));
  });
});

describe("a control request that the device leaves waiting", () => {
  it("is no stall: it ends by its timeout, and by nothing else", async () => {
    const handle = await open(backend, "zero");
    const start = performance.now();
    const { status } = await backend.submit(handle, vendor(NEVER_ANSWERED, 200)).done;
    expect(status).toBe("timedOut");
    expect(performance.now() - start).toBeGreaterThan(198);
    expect((await backend.submit(handle, DESCRIPTOR).done).status).toBe("completed");
  });

  it("completes when it is answered at last", async () => {
    const handle = await open(backend, "zero");
    const waiting = backend.submit(handle, vendor(NEVER_ANSWERED, 0));
    await new Promise((resolve) => setTimeout(resolve, 200));
    await library.answer("zero");
    expect((await waiting.done).status).toBe("completed");
  });

  it("has those behind it wait, and does not have them taken for refused", async () => {
    const handle = await open(backend, "zero");
    const waiting = backend.submit(handle, vendor(NEVER_ANSWERED, 0));
    const behind = Array.from({ length: 5 }, () => backend.submit(handle, { ...DESCRIPTOR, timeout: 0 }));
    await new Promise((resolve) => setTimeout(resolve, 200));
    waiting.cancel();
    expect((await waiting.done).status).toBe("cancelled");
    expect(await statuses(behind)).toEqual(new Set(["completed"]));
  });
});

describe("what fails for another reason never comes back either, and", () => {
  it("ends by its timeout: more bytes than were asked for", async () => {
    const handle = await open(backend, "zero", LOOPBACK.interfaceNumber);
    const write = { type: "bulk", endpoint: LOOPBACK.out, data: new Uint8Array(100), timeout: 1000 } as const;
    await backend.submit(handle, write).done;
    const read = { type: "bulk", endpoint: LOOPBACK.in, length: 10, timeout: 100 } as const;
    expect(await backend.submit(handle, read).done).toMatchObject({ status: "timedOut", length: 0 });
    await backend.submit(handle, write).done;
    expect(await backend.submit(handle, { ...read, length: 512 }).done).toMatchObject({ length: 100 });
  });

  it("is told where the library does tell: a halt of a bulk endpoint", async () => {
    const handle = await open(backend, "zero", ENDLESS_INTERFACE);
    const halt = { bmRequestType: 0x02, bRequest: 3, wValue: 0, wIndex: SOURCE, wLength: 0 };
    await backend.submit(handle, { ...vendor(0, 1000), setup: halt }).done;
    const read = { type: "bulk", endpoint: SOURCE, length: 512, timeout: 1000 } as const;
    expect(await backend.submit(handle, read).done).toMatchObject({
      status: "stall",
      backendErrorCode: OPENUSB_IO_STALL,
    });
    await backend.clearHalt(handle, SOURCE);
    expect((await backend.submit(handle, read).done).status).toBe("completed");
  });
});

describe("long transfers, of which the library loses count,", () => {
  it.each([0, 1, 511, 512, 16_383, 16_384, 16_385, 20_000, 32_768, 40_001])(
    "give all %i bytes of a longer read",
    async (length) => {
      const handle = await open(backend, "zero", LOOPBACK.interfaceNumber);
      const data = Uint8Array.from({ length }, (_, index) => index % 251);
      const endpoint = LOOPBACK.out;
      const write = { type: "bulk", endpoint, data, zeroPacket: true, timeout: 1000 } as const;
      expect(await backend.submit(handle, write).done).toEqual({ status: "completed", length });
      const read = { type: "bulk", endpoint: LOOPBACK.in, length: 65_536, timeout: 1000 } as const;
      const result = await backend.submit(handle, read).done;
      expect(result).toMatchObject({ status: "completed", length });
      expect(result.data).toEqual(data);
    },
  );

  it("do not mix their pieces with those of another one", async () => {
    const handle = await open(backend, "zero", LOOPBACK.interfaceNumber);
    const parts = [1, 2, 3].map((value) => new Uint8Array(40_000).fill(value));
    const writes = parts.map((data) =>
      backend.submit(handle, { type: "bulk", endpoint: LOOPBACK.out, data, timeout: 1000 }),
    );
    expect(await statuses(writes)).toEqual(new Set(["completed"]));
    for (const part of parts) {
      const read = { type: "bulk", endpoint: LOOPBACK.in, length: 65_536, timeout: 1000 } as const;
      expect((await backend.submit(handle, read).done).data).toEqual(part);
    }
  });

  it("count what their first pieces moved when they time out", async () => {
    const handle = await open(backend, "zero", LOOPBACK.interfaceNumber);
    const data = new Uint8Array(16_384).fill(7);
    await backend.submit(handle, { type: "bulk", endpoint: LOOPBACK.out, data, timeout: 1000 }).done;
    const read = { type: "bulk", endpoint: LOOPBACK.in, length: 40_000, timeout: 100 } as const;
    const result = await backend.submit(handle, read).done;
    expect(result).toMatchObject({ status: "timedOut", length: 16_384 });
    expect(result.data).toEqual(data);
  });
});

describe("transfers of no bytes, which the library never sends on Linux,", () => {
  beforeEach(() => set("drops-empty", 1));

  it("end by their timeout, and those after them are as they were", async () => {
    const handle = await open(backend, "zero", LOOPBACK.interfaceNumber);
    const write = { type: "bulk", endpoint: LOOPBACK.out, timeout: 100 } as const;
    const empty = await backend.submit(handle, { ...write, data: new Uint8Array(0) }).done;
    expect(empty).toMatchObject({ status: "timedOut", length: 0 });
    const behind = await backend.submit(handle, { ...write, data: new Uint8Array(7) }).done;
    expect(behind).toMatchObject({ status: "completed", length: 7 });
  });

  it("leave a write that was to end with one timed out, with all its bytes", async () => {
    const handle = await open(backend, "zero", LOOPBACK.interfaceNumber);
    const data = new Uint8Array(512);
    const write = { type: "bulk", endpoint: LOOPBACK.out, data, zeroPacket: true, timeout: 100 } as const;
    expect(await backend.submit(handle, write).done).toMatchObject({ status: "timedOut", length: 512 });
  });
});

describe("what came back", () => {
  it("is reaped when nothing is in flight any more, and not before: the library could not bear it", async () => {
    const handle = await open(backend, "zero", ENDLESS_INTERFACE);
    const read = { type: "bulk", endpoint: SOURCE, length: 512, timeout: 1000 } as const;
    for (let count = 0; count < 100; count++) await backend.submit(handle, read).done;
    await vi.waitFor(async () => expect((await library.look()).unreaped).toBe(0));
    const waiting = silence(backend, handle, 3);
    for (let count = 0; count < 100; count++) await backend.submit(handle, read).done;
    expect((await library.look()).unreaped).toBe(100);
    for (const each of waiting) each.cancel();
    expect(await statuses(waiting)).toEqual(new Set(["cancelled"]));
    await vi.waitFor(async () => expect((await library.look()).unreaped).toBe(0));
  });

  it("does not hold up what comes after it for long while one waits for nothing", async () => {
    const handle = await open(backend, "zero", ENDLESS_INTERFACE);
    const waiting = silence(backend, handle, 1);
    const read = { type: "bulk", endpoint: SOURCE, length: 512, timeout: 5000 } as const;
    for (let count = 0; count < 5000; count++) await backend.submit(handle, read).done;
    waiting[0]?.cancel();
    expect(await statuses(waiting)).toEqual(new Set(["cancelled"]));
  });

  it("is reaped in a stream that never pauses, which the library must not be asked for meanwhile", async () => {
    const handle = await open(backend, "zero", ENDLESS_INTERFACE);
    const read = { type: "bulk", endpoint: SOURCE, length: 512, timeout: 5000 } as const;
    let most = 0;
    const reader = async () => {
      for (let count = 0; count < 3000; count++) {
        await backend.submit(handle, read).done;
        if (count % 500 === 0) most = Math.max(most, (await library.look()).unreaped);
      }
    };
    await Promise.all([reader(), reader(), reader(), reader()]);
    expect(most).toBeLessThan(2048);
    await backend.closeDevice(handle);
    expect(await library.look()).toMatchObject({ unreaped: 0, lost: 0 });
  });
});

describe("claims, which evict whoever has the interface,", () => {
  it("are refused to a second handle before the library is asked", async () => {
    const holder = await open(backend, "zero", 0);
    const other = await open(backend, "zero");
    await expect(backend.claimInterface(other, 0)).rejects.toMatchObject({ code: "EBUSY" });
    expect((await library.look()).evicted).toBe(0);
    await backend.releaseInterface(holder, 0);
    await backend.claimInterface(other, 0);
  });

  it("are refused to another backend object of this process too", async () => {
    await open(backend, "zero", 0);
    const second = await getBackend({ logLevel: 0 });
    try {
      const other = await open(second, "zero");
      await expect(second.claimInterface(other, 0)).rejects.toMatchObject({ code: "EBUSY" });
      await expect(second.setConfiguration(other, 1)).rejects.toMatchObject({ code: "EBUSY" });
      expect((await library.look()).evicted).toBe(0);
    } finally {
      await second.close();
    }
  });
});

describe("numbers that the library refuses although the device has them:", () => {
  it("a configuration whose value is beyond their number, unless it is selected", async () => {
    const handle = await open(backend, "gaps");
    expect(await backend.getConfiguration(handle)).toBe(3);
    // The state that was asked for is there.
    await backend.setConfiguration(handle, 3);
    await backend.setConfiguration(handle, 0);
    const error = await rejection(backend.setConfiguration(handle, 3));
    expect(error).toMatchObject({ code: "EINVAL", backendErrorCode: OPENUSB_BADARG, backend: "openusb" });
    expect(error.message).toContain("OpenUSB selects no configuration of the value 3");
    await expect(backend.setConfiguration(handle, 1)).rejects.toMatchObject({ code: "ENOENT" });
  });

  it("an interface whose number is beyond theirs", async () => {
    const handle = await open(backend, "gaps");
    await backend.claimInterface(handle, 0);
    const error = await rejection(backend.claimInterface(handle, 5));
    expect(error).toMatchObject({ code: "EINVAL", backendErrorCode: OPENUSB_BADARG });
    expect(error.message).toContain("OpenUSB claims no interface 5");
    await expect(backend.claimInterface(handle, 1)).rejects.toMatchObject({ code: "ENOENT" });
  });
});

it("rejects a control transfer of more than 4096 bytes with EINVAL", async () => {
  const handle = await open(backend, "zero");
  const setup = { bmRequestType: 0xc0, bRequest: 0x5c, wValue: 0, wIndex: 0, wLength: 4097 };
  const request = { type: "control", endpoint: 0, setup, length: 4097, timeout: 1000 } as const;
  await expect(backend.submit(handle, request).done).rejects.toMatchObject({
    code: "EINVAL",
    backendErrorCode: OPENUSB_IO_REQ_TOO_BIG,
  });
});

it("never has the library's set_altsetting run into an unknown configuration, where it would keep its lock", async () => {
  await set("unknown-configuration", 1);
  const handle = await open(backend, "zero", 1);
  await backend.setInterfaceAltsetting(handle, 1, 1);
  // The device's lock is free: this goes through it.
  expect((await backend.submit(handle, DESCRIPTOR).done).status).toBe("completed");
  await backend.closeDevice(handle);
});

it("sends no request for an alternate setting that is selected", async () => {
  const handle = await open(backend, "zero", 1);
  const before = (await library.look()).alternatesSet;
  await backend.setInterfaceAltsetting(handle, 1, 0);
  await backend.setInterfaceAltsetting(handle, 1, 1);
  await backend.setInterfaceAltsetting(handle, 1, 1);
  expect((await library.look()).alternatesSet - before).toBe(1);
});

it("lists devices that refuse their strings, and never asks what would read those", async () => {
  await set("refuses-strings", 1);
  const devices = await backend.enumerateDevices();
  expect(devices.map(({ idProduct }) => idProduct)).toEqual([2, 1, 3, 2, 5]);
  expect(devices.map(({ configurations }) => configurations.length)).toEqual([1, 2, 1, 1, 1]);
  expect((await library.look()).deviceData).toBe(0);
});

describe("a device that is unplugged", () => {
  afterEach(async () => {
    await library.plug("zero");
  });

  it("settles what never comes back of it, although nothing was asked of it", async () => {
    const handle = await open(backend, "zero", ENDLESS_INTERFACE);
    const { submitted } = await library.look();
    const reads = silence(backend, handle, 100);
    // One that meets the unplug before that is refused, and rejects.
    await expect.poll(async () => (await library.look()).submitted - submitted).toBe(100);
    await library.unplug("zero");
    expect(await statuses(reads)).toEqual(new Set(["noDevice"]));
    await backend.closeDevice(handle);
  });

  it("has a number that means the system failed, and is told as ENODEV", async () => {
    const handle = await open(backend, "zero", 0);
    await library.unplug("zero");
    const error = await rejection(backend.submit(handle, DESCRIPTOR).done);
    expect(error.code).toBe("ENODEV");
    await expect(backend.resetDevice(handle)).rejects.toMatchObject({ code: "ENODEV" });
    expect([OPENUSB_SYS_FUNC_FAILURE, -11]).toContain(error.backendErrorCode);
  });

  it("comes back under another key, and is told once however late the library tells of it", async () => {
    const events: BackendDeviceEvent[] = [];
    const watch = await backend.watch((event) => events.push(event));
    const before = await deviceOf(backend, "zero");
    await library.unplug("zero");
    await vi.waitFor(() => expect(events).toHaveLength(1));
    await library.plug("zero");
    await vi.waitFor(() => expect(events).toHaveLength(2));
    const after = await deviceOf(backend, "zero");
    expect(events).toEqual([
      { type: "unplug", device: before },
      { type: "plug", device: after },
    ]);
    expect(after.key).not.toBe(before.key);
    await expect(backend.openDevice(before)).rejects.toMatchObject({ code: "ENODEV" });
    await watch.close();
  });

  it("is told by a listing as well as by an event, and only once", async () => {
    const events: BackendDeviceEvent[] = [];
    const watch = await backend.watch((event) => events.push(event));
    await library.unplug("zero");
    await Promise.all([backend.enumerateDevices(), backend.enumerateDevices()]);
    await library.plug("zero");
    await Promise.all([backend.enumerateDevices(), backend.enumerateDevices()]);
    await vi.waitFor(() => expect(events).toHaveLength(2));
    await watch.close();
    expect(events.map(({ type }) => type)).toEqual(["unplug", "plug"]);
  });
});

it("does not take for news what the library tells of devices that were there", async () => {
  await backend.close();
  vi.stubEnv("TSUSB_TEST_OPENUSB_LATE_COLDPLUG", "1");
  try {
    backend = await getBackend();
    const listener = vi.fn();
    const watch = await backend.watch(listener);
    await backend.enumerateDevices();
    await watch.close();
    expect(listener).not.toHaveBeenCalled();
    expect(await backend.enumerateDevices()).toHaveLength(5);
  } finally {
    vi.unstubAllEnvs();
  }
});

it("puts packets behind a short one where they belong", async () => {
  const handle = await open(backend, "isochronous", 0);
  await backend.setInterfaceAltsetting(handle, 0, 1);
  const lengths = [3, 192, 5, 1];
  const data = Uint8Array.from({ length: 201 }, (_, index) => index);
  const write = { type: "isochronous", endpoint: 0x02, data, packetLengths: lengths, timeout: 1000 } as const;
  await backend.submit(handle, write).done;
  const packetLengths = lengths.map(() => 192);
  const endpoint = 0x82;
  const read = { type: "isochronous", endpoint, length: 768, packetLengths, timeout: 1000 } as const;
  const result = await backend.submit(handle, read).done;
  expect(result.packets?.map(({ length }) => length)).toEqual(lengths);
  const back = (result.packets ?? []).flatMap(({ offset, length }) => [
    ...(result.data?.subarray(offset, offset + length) ?? []),
  ]);
  expect(back).toEqual([...data]);
});

it("rejects a transfer on an endpoint of what is not claimed, before the library sees it", async () => {
  const handle = await open(backend, "zero", 0);
  const before = (await library.look()).submitted;
  const read = { type: "bulk", endpoint: SILENT, length: 512, timeout: 1000 } as const;
  await expect(backend.submit(handle, read).done).rejects.toMatchObject({ code: "ENOENT" });
  expect((await library.look()).submitted).toBe(before);
});
