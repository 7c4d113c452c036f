import type { BackendHandle } from "@tsusb/core/backend";
import { beforeEach, describe, expect, it } from "vitest";
import {
  configurationBytes,
  deviceBytes,
  FakeBackend,
  type FakeDevice,
  type FakeHandle,
} from "../support/fake-backend.js";

let backend: FakeBackend;
let device: FakeDevice;
let handle: FakeHandle;

beforeEach(async () => {
  backend = new FakeBackend();
  device = backend.plug({ descriptor: deviceBytes(), configurations: [CONFIGURATION] });
  handle = await backend.openDevice(device);
});

const CLASS_SPECIFIC = [5, 0x24, 1, 2, 3];
const COMPANION = [6, 0x30, 15, 0, 0, 0];
const CONFIGURATION = configurationBytes([
  { number: 2, extra: CLASS_SPECIFIC, endpoints: [{ address: 0x81, extra: COMPANION }, { address: 0x02 }] },
  { number: 2, alternate: 1 },
  { number: 5, endpoints: [{ address: 0x83 }] },
]);

describe("getInterfaceDescriptor by default", () => {
  it("cuts by position, with everything up to the next interface", async () => {
    const first = await backend.getInterfaceDescriptor(device, 0, 0, 0);
    expect([...first]).toEqual([...CONFIGURATION.subarray(9, 9 + 9 + 5 + 7 + 6 + 7)]);
    const alternate = await backend.getInterfaceDescriptor(device, 0, 1, 0);
    expect([...alternate.subarray(2, 4)]).toEqual([2, 1]);
    expect(alternate).toHaveLength(9);
    const last = await backend.getInterfaceDescriptor(device, 1, 0, 0);
    expect(last).toHaveLength(9 + 7);
    expect(last[2]).toBe(5);
  });

  it.each([
    [2, 0, 0],
    [0, 2, 0],
    [1, 1, 0],
    [0, 0, 1],
  ])("rejects with ENOENT for interface %i, alternate %i, configuration %i", async (...position) => {
    await expect(backend.getInterfaceDescriptor(device, ...position)).rejects.toMatchObject({
      code: "ENOENT",
    });
  });

  it("survives lengths of zero and beyond the end", async () => {
    const short = backend.plug({ configurations: [Uint8Array.of(9, 2, 20, 0, 1, 1, 0, 0, 0, 0, 4, 0, 0)] });
    const long = backend.plug({ configurations: [Uint8Array.of(9, 2, 20, 0, 1, 1, 0, 0, 0, 200, 4, 0, 0)] });
    await expect(backend.getInterfaceDescriptor(short, 0, 0, 0)).rejects.toMatchObject({ code: "ENOENT" });
    await expect(backend.getInterfaceDescriptor(long, 0, 0, 0)).rejects.toMatchObject({ code: "ENOENT" });
  });
});

describe("getEndpointDescriptor by default", () => {
  it("cuts with everything up to the next endpoint", async () => {
    const first = await backend.getEndpointDescriptor(device, 0, 0, 0, 0);
    expect([...first]).toEqual([7, 5, 0x81, 2, 0, 2, 0, ...COMPANION]);
    expect((await backend.getEndpointDescriptor(device, 1, 0, 0, 0))[2]).toBe(0x02);
  });

  it("rejects with ENOENT where there is none", async () => {
    await expect(backend.getEndpointDescriptor(device, 0, 0, 1, 0)).rejects.toMatchObject({ code: "ENOENT" });
    await expect(backend.getEndpointDescriptor(device, 2, 0, 0, 0)).rejects.toMatchObject({ code: "ENOENT" });
  });
});

describe("what a backend need not write", () => {
  /** Has the abstract members only: the overrides of the fake are taken off. */
  class BareBackend extends FakeBackend {
    override readonly name: string = "bare";
  }
  const defaults = Object.getPrototypeOf(FakeBackend.prototype) as FakeBackend;

  it.each([
    ["getParent", (b: FakeBackend) => defaults.getParent.call(b, device)],
    ["wrapSysDevice", (b: FakeBackend) => defaults.wrapSysDevice.call(b, 3)],
    ["clearHalt", (b: FakeBackend) => defaults.clearHalt.call(b, handle, 0x81)],
    ["resetDevice", (b: FakeBackend) => defaults.resetDevice.call(b, handle)],
    ["isKernelDriverActive", (b: FakeBackend) => defaults.isKernelDriverActive.call(b, handle, 0)],
    ["detachKernelDriver", (b: FakeBackend) => defaults.detachKernelDriver.call(b, handle, 0)],
    ["attachKernelDriver", (b: FakeBackend) => defaults.attachKernelDriver.call(b, handle, 0)],
  ])("rejects %s with ENOSYS, naming backend and method", async (method, call) => {
    const bare = new BareBackend();
    await expect(call(bare)).rejects.toMatchObject({ code: "ENOSYS", backend: "bare" });
    await expect(call(bare)).rejects.toThrow(`bare.${method}`);
  });

  it("rejects isochronous calls where supports denies them", async () => {
    const bare = new FakeBackend({ isochronous: false });
    const request = {
      type: "isochronous",
      endpoint: 0x82,
      transferSize: 8,
      transfers: 1,
      bufferSize: 8,
    } as const;
    await expect(bare.isoRead(handle, 0x82, 0, new Uint8Array(8), [8], 0)).rejects.toMatchObject({
      code: "ENOSYS",
    });
    await expect(bare.isoWrite(handle, 0x02, 0, new Uint8Array(8), [8], 0)).rejects.toMatchObject({
      code: "ENOSYS",
    });
    await expect(bare.openStream(handle, request)).rejects.toMatchObject({ code: "ENOSYS" });
    await expect(bare.openSink(handle, request)).rejects.toMatchObject({ code: "ENOSYS" });
  });
});

describe("the named transfers", () => {
  it("bulkRead fills the buffer from its start and gives the count", async () => {
    const buffer = new Uint8Array(4).fill(9);
    const reading = backend.bulkRead(handle, 0x81, 2, buffer, 0);
    const [transfer] = backend.pending();
    expect(transfer?.request).toMatchObject({ type: "bulk", endpoint: 0x81, timeout: 0 });
    transfer?.settle({ bytes: [1, 2] });
    await expect(reading).resolves.toBe(2);
    expect([...buffer]).toEqual([1, 2, 9, 9]);
  });

  it("intrRead and intrWrite are interrupt transfers", async () => {
    const reading = backend.intrRead(handle, 0x83, 0, new Uint8Array(8), 0);
    const writing = backend.intrWrite(handle, 0x03, 0, Uint8Array.of(1, 2, 3), 0);
    expect(backend.pending().map(({ request }) => request.type)).toEqual(["interrupt", "interrupt"]);
    for (const transfer of backend.pending()) transfer.settle({ bytes: [7] });
    await expect(reading).resolves.toBe(1);
    await expect(writing).resolves.toBe(3);
  });

  it("a read that times out with bytes gives their count, without bytes it rejects", async () => {
    const some = backend.bulkRead(handle, 0x81, 0, new Uint8Array(4), 0);
    backend.pending()[0]?.settle({ status: "timedOut", bytes: [1, 2, 3], backendErrorCode: -7 });
    await expect(some).resolves.toBe(3);
    const none = backend.bulkRead(handle, 0x81, 0, new Uint8Array(4), 0);
    backend.pending()[0]?.settle({ status: "timedOut", backendErrorCode: -7 });
    await expect(none).rejects.toMatchObject({ code: "ETIMEDOUT", backendErrorCode: -7 });
  });

  it("a write that times out half-way rejects with what had gone", async () => {
    const writing = backend.bulkWrite(handle, 0x02, 0, new Uint8Array(8), 0);
    backend.pending()[0]?.settle({ status: "timedOut", length: 3 });
    await expect(writing).rejects.toMatchObject({ code: "ETIMEDOUT", transferred: 3 });
  });

  it("ctrlTransfer goes by bit 7 of bmRequestType, and its wLength is the buffer's length", async () => {
    const buffer = new Uint8Array(18);
    await expect(backend.ctrlTransfer(handle, 0x80, 6, 0x0100, 0, buffer, 0)).resolves.toBe(18);
    expect(buffer).toEqual(deviceBytes());
    const outwards = backend.ctrlTransfer(handle, 0x40, 0x5b, 0, 0, Uint8Array.of(1, 2), 0);
    await expect(outwards).rejects.toMatchObject({ code: "EPIPE" });
    const { request, sent } = backend.transfers.at(-1) ?? {};
    expect(request?.setup).toEqual({ bmRequestType: 0x40, bRequest: 0x5b, wValue: 0, wIndex: 0, wLength: 2 });
    expect(sent).toEqual(Uint8Array.of(1, 2));
  });

  it("a failed transfer rejects with its code and what had arrived", async () => {
    const reading = backend.bulkRead(handle, 0x81, 0, new Uint8Array(8), 0);
    backend.pending()[0]?.settle({ status: "error", bytes: [5, 6] });
    await expect(reading).rejects.toMatchObject({
      code: "EIO",
      transferred: 2,
      partial: Uint8Array.of(5, 6),
    });
  });

  it("bytes for a buffer that was detached meanwhile are in the error", async () => {
    const buffer = new Uint8Array(4);
    const reading = backend.bulkRead(handle, 0x81, 0, buffer, 0);
    structuredClone(buffer, { transfer: [buffer.buffer] });
    backend.pending()[0]?.settle({ bytes: [1, 2, 3] });
    await expect(reading).rejects.toMatchObject({ code: "EINVAL", partial: Uint8Array.of(1, 2, 3) });
  });

  it("isoRead and isoWrite give one entry a packet", async () => {
    const packets = [
      { status: "completed", offset: 0, length: 3 },
      { status: "error", offset: 4, length: 0 },
    ] as const;
    const reading = backend.isoRead(handle, 0x82, 0, new Uint8Array(10), [4, 4], 0);
    expect(backend.pending()[0]?.request).toMatchObject({ type: "isochronous", packetLengths: [4, 4] });
    expect(backend.pending()[0]?.request.into).toHaveLength(8);
    backend.pending()[0]?.settle({ bytes: [1, 2, 3], packets });
    await expect(reading).resolves.toEqual(packets);
    const writing = backend.isoWrite(handle, 0x02, 0, new Uint8Array(8), [4, 4], 0);
    backend.pending()[0]?.settle({ packets });
    await expect(writing).resolves.toEqual(packets);
  });

  it("an isochronous result without packets is the backend's fault", async () => {
    const reading = backend.isoRead(handle, 0x82, 0, new Uint8Array(4), [4], 0);
    backend.pending()[0]?.settle({ bytes: [1] });
    await expect(reading).rejects.toMatchObject({ code: "ERR_USB_BACKEND", backend: "fake" });
  });

  it("what cannot be submitted rejects as submit does", async () => {
    await backend.closeDevice(handle);
    const closed: BackendHandle = handle;
    await expect(backend.bulkRead(closed, 0x81, 0, new Uint8Array(4), 0)).rejects.toMatchObject({
      code: "ERR_USB_CLOSED",
    });
  });
});
