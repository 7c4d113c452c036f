import { findAll } from "@tsusb/core";
import { describe, expect, it, vi } from "vitest";
import { type DeviceDeclaration, type Fault, getBackend, sink, source, VirtualDevice } from "../src/index.js";
import { plug } from "./plug.js";

const IDS = { idVendor: 0x1209, idProduct: 0x0003 };
const STATUS_SIZE = 8;

async function plugged(declaration: Partial<DeviceDeclaration> = {}) {
  const virtual = new VirtualDevice({
    ...IDS,
    control: [
      { bmRequestType: 0xc0, bRequest: 1, answer: new Uint8Array(8).fill(1) },
      { bmRequestType: 0x40, bRequest: 2 },
    ],
    endpoints: [
      { bEndpointAddress: 0x81, wMaxPacketSize: 64 },
      { bEndpointAddress: 0x01, ...sink() },
    ],
    ...declaration,
  });
  return { virtual, ...(await plug(virtual)) };
}

describe("scripted faults", () => {
  it("halt an endpoint by a stall, until the host clears it", async () => {
    const { device, virtual } = await plugged();
    virtual.inject(0x81, undefined, "stall");
    virtual.send(0x81, Uint8Array.of(1));
    virtual.send(0x81, Uint8Array.of(2));
    expect([...(await device.read(0x81, 64))]).toEqual([1]);
    for (let attempt = 0; attempt < 2; attempt++)
      await expect(device.read(0x81, 64)).rejects.toMatchObject({ code: "EPIPE" });
    await device.clearHalt(0x81);
    expect([...(await device.read(0x81, 64))]).toEqual([2]);
  });

  it("lose half of a message by a short packet", async () => {
    const { device, virtual } = await plugged();
    virtual.inject(0x81, "short");
    virtual.send(0x81, new Uint8Array(256).fill(1));
    virtual.send(0x81, Uint8Array.of(2));
    expect(await device.read(0x81, 256)).toHaveLength(128);
    expect([...(await device.read(0x81, 256))]).toEqual([2]);
    expect(virtual.queued(0x81)).toBe(0);
  });

  it("send too much, lose messages, break transfers", async () => {
    const { device, virtual } = await plugged();
    virtual.inject(0x81, "overflow", "drop", "error");
    for (const value of [1, 2, 3, 4]) virtual.send(0x81, Uint8Array.of(value));
    await expect(device.read(0x81, 64)).rejects.toMatchObject({ code: "EOVERFLOW" });
    expect([...(await device.read(0x81, 64))]).toEqual([3]);
    await expect(device.read(0x81, 64)).rejects.toMatchObject({ code: "EIO" });
    expect([...(await device.read(0x81, 64))]).toEqual([4]);
  });

  it("lose what is written without a trace, and refuse it aloud", async () => {
    const seen: number[] = [];
    const receive = (data: Uint8Array) => seen.push(...data) && data.byteLength;
    const { device, virtual } = await plugged({ endpoints: [{ bEndpointAddress: 0x01, receive }] });
    virtual.inject(0x01, "drop", "error");
    expect(await device.write(0x01, [1])).toBe(1);
    await expect(device.write(0x01, [2])).rejects.toMatchObject({ code: "EIO", transferred: 0 });
    expect(await device.write(0x01, [3])).toBe(1);
    expect(seen).toEqual([3]);
  });

  it("answer nothing, until the host gives up", async () => {
    const { device, virtual } = await plugged();
    virtual.inject(0x81, "timeout");
    virtual.send(0x81, Uint8Array.of(1));
    await expect(device.read(0x81, 64, 20)).rejects.toMatchObject({ code: "ETIMEDOUT" });
    expect([...(await device.read(0x81, 64))]).toEqual([1]);
  });

  it("refuse, cut or ignore a vendor request, and leave standard ones alone", async () => {
    const { device, virtual } = await plugged();
    virtual.inject(0, "stall", "short", "error");
    expect(await device.ctrlTransfer(0x80, 0, 0, 0, 2)).toHaveLength(2);
    await expect(device.ctrlTransfer(0xc0, 1, 0, 0, 8)).rejects.toMatchObject({ code: "EPIPE" });
    expect(await device.ctrlTransfer(0xc0, 1, 0, 0, 8)).toHaveLength(4);
    await expect(device.ctrlTransfer(0x40, 2)).rejects.toMatchObject({ code: "EIO" });
    expect(await device.ctrlTransfer(0xc0, 1, 0, 0, 8)).toHaveLength(8);
  });

  it("pull the device", async () => {
    const { device, virtual } = await plugged();
    virtual.inject(0x01, "unplug");
    await expect(device.write(0x01, [1])).rejects.toMatchObject({ code: "ENODEV" });
    expect(virtual.isPlugged).toBe(false);
  });

  it("are refused where they cannot happen, naming those that can", async () => {
    const { virtual } = await plugged();
    expect(() => virtual.inject(0x01, "overflow")).toThrow(
      /"overflow" cannot happen to bulk endpoint 0x01; there are stall, error, drop, timeout, unplug/,
    );
    expect(() => virtual.inject(0x85, "stall")).toThrow(/endpoint 0x85 is not selected/);
    expect(() => virtual.inject(0, "fire" as Fault)).toThrow(RangeError);
  });
});

describe("faults by chance", () => {
  async function play(seed: number): Promise<string> {
    const endpoints = [{ bEndpointAddress: 0x81, wMaxPacketSize: 64, ...source() }];
    const kinds = ["error", "overflow", "short"] as const;
    const { device } = await plugged({ endpoints, faults: { seed, rate: 0.3, kinds } });
    let played = "";
    for (let count = 0; count < 200; count++) {
      const { status, length } = await device.transfer({ endpoint: 0x81, length: 64 });
      played += status === "completed" ? (length === 64 ? "." : "s") : status[0];
    }
    return played;
  }

  it("are the same for the same seed, others for another, and about as many as the rate says", async () => {
    const [first, again, other] = [await play(7), await play(7), await play(8)];
    expect(again).toBe(first);
    expect(other).not.toBe(first);
    const wrong = [...first].filter((outcome) => outcome !== ".").length;
    expect(wrong).toBeGreaterThan(30);
    expect(wrong).toBeLessThan(90);
    expect(new Set(first)).toEqual(new Set([".", "s", "e", "o"]));
  });

  it("leave finding and opening a device alone, whatever the rate", async () => {
    const { device } = await plugged({ faults: { seed: 1, rate: 1 } });
    expect(await device.ctrlTransfer(0x80, 6, 0x0100, 0, 18)).toHaveLength(18);
    expect(device.warnings).toEqual([]);
  });
});

describe("unplugAfter", () => {
  it("pulls the device in the transfer after that many", async () => {
    const { device, virtual } = await plugged({ unplugAfter: 2 });
    await device.write(0x01, [1]);
    await device.ctrlTransfer(0xc0, 1, 0, 0, STATUS_SIZE);
    await device.write(0x01, [2]);
    await expect(device.write(0x01, [3])).rejects.toMatchObject({ code: "ENODEV" });
    expect(virtual.writes(0x01).map((data) => [...data])).toEqual([[1], [2]]);
  });
});

describe("latency", () => {
  it("keeps each transfer waiting for as long as it says, one after the other", async () => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    try {
      const { device } = await plugged({ latency: 50 });
      const done: number[] = [];
      await device.open();
      const first = device.write(0x01, [1], 0).then(() => done.push(1));
      await vi.advanceTimersByTimeAsync(49);
      expect(done).toEqual([]);
      await vi.advanceTimersByTimeAsync(1);
      await first;
      const both = [2, 3].map((value) => device.write(0x01, [value], 0).then(() => done.push(value)));
      await vi.advanceTimersByTimeAsync(50);
      expect(done).toEqual([1, 2]);
      await vi.advanceTimersByTimeAsync(50);
      await Promise.all(both);
      expect(done).toEqual([1, 2, 3]);
    } finally {
      vi.useRealTimers();
    }
  });

  it("is drawn from its bounds or its function, and a cancelled transfer takes its latency along", async () => {
    const drawn: number[] = [];
    const latency = (random: number) => {
      drawn.push(random);
      return drawn.length === 1 ? 60_000 : 0;
    };
    const { device } = await plugged({ latency });
    await expect(device.write(0x01, [1], 20)).rejects.toMatchObject({ code: "ETIMEDOUT" });
    expect(await device.write(0x01, [2])).toBe(1);
    expect(drawn).toHaveLength(2);
    expect(drawn.every((random) => random >= 0 && random < 1)).toBe(true);
    const spread = await plugged({ latency: { from: 1, to: 2 } });
    expect(await spread.device.write(0x01, [1])).toBe(1);
  });
});

it("a latency whose function throws fails the transfer with what it threw", async () => {
  const bug = new Error("a bug in the test");
  const latency = () => {
    throw bug;
  };
  const { device } = await plugged({ latency });
  await expect(device.write(0x01, [1])).rejects.toMatchObject({ code: "ERR_USB_BACKEND", cause: bug });
});

describe("a driver of the system", () => {
  const configurations = [
    { interfaces: [{ kernelDriver: "usbhid", alternates: [{}] }, { alternates: [{}] }] },
  ];

  it("holds its interface until it is detached, and takes it again when it is attached", async () => {
    const { device } = await plugged({ endpoints: undefined, configurations });
    await expect(device.claimInterface(0)).rejects.toMatchObject({ code: "EBUSY" });
    await device.claimInterface(1);
    expect(await device.isKernelDriverActive(0)).toBe(true);
    await device.detachKernelDriver(0);
    await device.claimInterface(0);
    await expect(device.attachKernelDriver(0)).rejects.toMatchObject({ code: "EBUSY" });
    await device.releaseInterface(0);
    await device.attachKernelDriver(0);
    expect(await device.isKernelDriverActive(0)).toBe(true);
    await device.releaseInterface(1);
    await expect(device.attachKernelDriver(1)).rejects.toMatchObject({ code: "ENOENT" });
  });

  it("gives way to a device that is opened with autoDetachKernelDriver, and is given back by close", async () => {
    const { device, bus } = await plugged({ endpoints: undefined, configurations });
    await device.open({ autoDetachKernelDriver: true });
    await device.claimInterface(0);
    await device.close();
    await device.open({ autoDetachKernelDriver: false });
    expect(await device.isKernelDriverActive(0)).toBe(true);
    expect(await findAll({ backend: await getBackend({ bus }) })).toHaveLength(1);
  });
});
