import { USBAbortError, USBTimeoutError } from "@tsusb/core";
import { describe, expect, it } from "vitest";
import { fixture, settle } from "./fixture.js";

describe("read and write", () => {
  it("take every kind of data and give an owned array", async () => {
    const { device } = await fixture();
    const wanted = Uint8Array.of(1, 2, 3, 4);
    const kinds = [
      wanted,
      wanted.buffer,
      new DataView(wanted.buffer),
      [1, 2, 3, 4],
      new Set([1, 2, 3, 4]),
      "\u0001\u0002\u0003\u0004",
    ];
    for (const data of kinds) {
      expect(await device.write(0x01, data)).toBe(4);
      const read = await device.read(0x81, 512);
      expect(read).toEqual(wanted);
      expect(read.byteLength).toBe(read.buffer.byteLength);
    }
  });

  it("send what the data was when the call was made, opened or not", async () => {
    const { device } = await fixture();
    for (const round of [1, 2]) {
      const data = Uint8Array.of(round, round);
      const written = device.write(0x01, data);
      data.fill(99);
      await written;
      expect(await device.read(0x81, 512)).toEqual(Uint8Array.of(round, round));
    }
  });

  it("fill a buffer from its start by readInto and give the count", async () => {
    const { device } = await fixture();
    const buffer = new Uint8Array(8).fill(7);
    await device.write(0x01, [1, 2, 3]);
    expect(await device.readInto(0x81, buffer.subarray(2))).toBe(3);
    expect([...buffer]).toEqual([7, 7, 1, 2, 3, 7, 7, 7]);
  });

  it("time out with an error if nothing came, and with the bytes if some did", async () => {
    const { backend, device } = await fixture();
    const nothing = device.read(0x85, 512, { timeout: 5 });
    await expect(nothing).rejects.toBeInstanceOf(USBTimeoutError);
    await expect(nothing).rejects.toMatchObject({ code: "ETIMEDOUT", transferred: 0 });
    const some = device.read(0x85, 512, 0);
    backend.pending()[0]?.settle({ status: "timedOut", bytes: [1, 2] });
    expect([...(await some)]).toEqual([1, 2]);
  });

  it("reject a write that times out half-way, with what was transferred", async () => {
    const { device } = await fixture({
      endpoints: { 1: () => ({ status: "timedOut", length: 3, backendErrorCode: -7 }) },
    });
    await expect(device.write(0x01, new Uint8Array(10))).rejects.toMatchObject({
      code: "ETIMEDOUT",
      backendErrorCode: -7,
      transferred: 3,
    });
  });

  it.each([
    ["stall", "EPIPE"],
    ["overflow", "EOVERFLOW"],
    ["error", "EIO"],
    ["cancelled", "EINTR"],
    ["noDevice", "ENODEV"],
  ] as const)("turn %s into %s with the bytes that arrived", async (status, code) => {
    const { device } = await fixture({ endpoints: { 133: () => ({ status, bytes: [9, 8] }) } });
    await expect(device.read(0x85, 512)).rejects.toMatchObject({
      code,
      backend: "fake",
      transferred: 2,
      partial: Uint8Array.of(9, 8),
    });
  });

  it("keep the bytes of a failed readInto in partial", async () => {
    const { device } = await fixture({ endpoints: { 133: () => ({ status: "stall", bytes: [9, 8] }) } });
    await expect(device.readInto(0x85, new Uint8Array(64))).rejects.toMatchObject({
      code: "EPIPE",
      partial: Uint8Array.of(9, 8),
    });
  });

  it("lose nothing when the buffer is detached in flight", async () => {
    const { device } = await fixture({
      endpoints: {
        133: (transfer) => {
          detach(transfer.request.into);
          return { bytes: [4, 5] };
        },
      },
    });
    const buffer = new Uint8Array(64);
    await expect(device.readInto(0x85, buffer)).rejects.toMatchObject({
      code: "EINVAL",
      partial: Uint8Array.of(4, 5),
      transferred: 2,
    });
  });

  it("refuse a buffer that was detached before the call", async () => {
    const { backend, device } = await fixture();
    const buffer = new Uint8Array(64);
    detach(buffer);
    await expect(device.readInto(0x85, buffer)).rejects.toBeInstanceOf(TypeError);
    expect(backend.transfers).toEqual([]);
  });

  it("hint at the multiple of wMaxPacketSize to ask for after an overflow", async () => {
    const { device } = await fixture({ endpoints: { 133: () => ({ status: "overflow" }) } });
    await expect(device.read(0x85, 100)).rejects.toMatchObject({ hint: expect.stringContaining("512") });
  });

  it("pass the device's default timeout on, 0 for none", async () => {
    const { backend, device } = await fixture();
    const timeouts = () => backend.transfers.map(({ request }) => request.timeout);
    await device.write(0x01, [1]);
    device.defaultTimeout = 250;
    await device.write(0x01, [1]);
    await device.write(0x01, [1], 30);
    await device.write(0x01, [1], { timeout: Number.POSITIVE_INFINITY });
    await device.write(0x01, [1], { timeout: 0.2 });
    expect(timeouts()).toEqual([1000, 250, 30, 0, 1]);
  });

  it("give isochronous bytes without gaps, and packets by isoRead", async () => {
    const packets = [
      { status: "completed", offset: 0, length: 2 },
      { status: "completed", offset: 100, length: 1 },
    ] as const;
    const bytes = new Uint8Array(200);
    bytes.set([1, 2], 0);
    bytes.set([3], 100);
    const { backend, device } = await fixture({ endpoints: { 134: () => ({ bytes, packets }) } });
    expect([...(await device.read(0x86, 200))]).toEqual([1, 2, 3]);
    expect(backend.transfers[0]?.request.packetLengths).toEqual([100, 100]);
    const iso = await device.isoRead(0x86, 250);
    expect(iso.packets).toEqual(packets);
    expect(iso.data).toHaveLength(200);
    expect(backend.transfers[1]?.request.packetLengths).toEqual([100, 100, 50]);
    await expect(device.isoRead(0x81, 512)).rejects.toBeInstanceOf(TypeError);
  });
});

describe("a signal", () => {
  it("that is aborted already keeps the transfer from the bus", async () => {
    const { backend, device } = await fixture();
    const reason = new Error("no");
    await expect(device.read(0x85, 512, { signal: AbortSignal.abort(reason) })).rejects.toMatchObject({
      name: "AbortError",
      code: "ABORT_ERR",
      cause: reason,
    });
    expect(backend.transfers).toEqual([]);
    expect(backend.log).toEqual([]);
  });

  it("ends its transfers and no other, and keeps what had arrived", async () => {
    const { backend, device } = await fixture();
    const controller = new AbortController();
    const aborted = device.read(0x85, 512, { timeout: 0, signal: controller.signal });
    const other = device.read(0x85, 512, 0);
    await settle();
    const [first, second] = backend.pending();
    if (first === undefined || second === undefined) throw new Error("two reads should be pending");
    first.onCancel = () => first.settle({ status: "cancelled", bytes: [1], backendErrorCode: -10 });
    controller.abort("enough");
    await expect(aborted).rejects.toBeInstanceOf(USBAbortError);
    await expect(aborted).rejects.toMatchObject({
      cause: "enough",
      transferred: 1,
      partial: Uint8Array.of(1),
    });
    expect(second.settled).toBe(false);
    second.settle({ bytes: [2] });
    expect([...(await other)]).toEqual([2]);
  });

  it("that ends an isochronous read leaves the packets' bytes without gaps in partial", async () => {
    const { backend, device } = await fixture();
    const controller = new AbortController();
    const read = device.read(0x86, 200, { timeout: 0, signal: controller.signal });
    await settle();
    const bytes = new Uint8Array(200);
    bytes.set([1, 2], 0);
    bytes.set([3], 100);
    const packets = [
      { status: "completed", offset: 0, length: 2 },
      { status: "completed", offset: 100, length: 1 },
    ] as const;
    const [transfer] = backend.pending();
    if (transfer) transfer.onCancel = () => transfer.settle({ status: "cancelled", bytes, packets });
    controller.abort();
    await expect(read).rejects.toMatchObject({ transferred: 3, partial: Uint8Array.of(1, 2, 3) });
  });

  it("does not undo what was completed", async () => {
    const { backend, device } = await fixture();
    const controller = new AbortController();
    const read = device.read(0x85, 512, { timeout: 0, signal: controller.signal });
    await settle();
    const [transfer] = backend.pending();
    if (transfer) transfer.onCancel = () => transfer.settle({ bytes: [1, 2, 3] });
    controller.abort();
    expect([...(await read)]).toEqual([1, 2, 3]);
  });

  it("is listened to once, however many transfers share it", async () => {
    const { backend, device } = await fixture();
    const controller = new AbortController();
    let listeners = 0;
    const add = controller.signal.addEventListener.bind(controller.signal);
    controller.signal.addEventListener = (...args: Parameters<typeof add>) => {
      listeners++;
      add(...args);
    };
    const reads = Promise.allSettled(
      Array.from({ length: 100 }, () => device.read(0x85, 512, { timeout: 0, signal: controller.signal })),
    );
    await settle();
    expect(backend.pending()).toHaveLength(100);
    controller.abort();
    const codes = (await reads).map((each) => each.status === "rejected" && each.reason.code);
    expect(new Set(codes)).toEqual(new Set(["ABORT_ERR"]));
    expect(listeners).toBe(1);
  });
});

describe("ctrlTransfer", () => {
  it("gives bytes for a length and a count for a buffer", async () => {
    const { device } = await fixture();
    const bytes = await device.ctrlTransfer(0x80, 0x06, 0x0100, 0, 18);
    expect(bytes).toHaveLength(18);
    const buffer = new Uint8Array(18);
    expect(await device.ctrlTransfer(0x80, 0x06, 0x0100, 0, buffer)).toBe(18);
    expect(buffer).toEqual(bytes);
    expect(await device.ctrlTransfer(0x80, 0x06, 0x0100)).toEqual(new Uint8Array(0));
  });

  it("sends data and gives the count; no data is a request without a data stage", async () => {
    const { backend, device } = await fixture({ control: () => ({}) });
    expect(await device.ctrlTransfer(0x40, 0x5b, 1, 2, "abc")).toBe(3);
    expect(await device.ctrlTransfer(0x40, 0x01)).toBe(0);
    expect(backend.transfers.map(({ request }) => request.setup)).toEqual([
      { bmRequestType: 0x40, bRequest: 0x5b, wValue: 1, wIndex: 2, wLength: 3 },
      { bmRequestType: 0x40, bRequest: 0x01, wValue: 0, wIndex: 0, wLength: 0 },
    ]);
  });

  it("rejects with EPIPE when the device refuses", async () => {
    const { device } = await fixture();
    await expect(device.ctrlTransfer(0xc0, 0x99, 0, 0, 4)).rejects.toMatchObject({ code: "EPIPE" });
  });
});

describe("transfer", () => {
  it("resolves with a stall, an overflow and a timeout as values", async () => {
    for (const status of ["stall", "overflow", "timedOut"] as const) {
      const { device } = await fixture({ endpoints: { 133: () => ({ status, backendErrorCode: -1 }) } });
      expect(await device.transfer({ endpoint: 0x85, length: 512 })).toMatchObject({
        status,
        backendErrorCode: -1,
      });
    }
  });

  it("passes the timeout on, and the device's default", async () => {
    const { backend, device } = await fixture({ control: () => ({}) });
    const setup = { bmRequestType: 0x40, bRequest: 1, wValue: 0, wIndex: 0, wLength: 0 };
    await device.transfer({ endpoint: 0x01, data: [1] as never }, { timeout: 30 });
    await device.transfer({ endpoint: 0x01, data: Uint8Array.of(1) });
    await device.transfer({ setup }, { timeout: 40 });
    await device.transfer({ setup });
    expect(backend.transfers.map(({ request }) => request.timeout)).toEqual([30, 1000, 40, 1000]);
  });

  it("sends what the data was when the call was made", async () => {
    const { backend, device } = await fixture();
    const data = Uint8Array.of(1);
    const first = device.transfer({ endpoint: 0x01, data });
    data.fill(9);
    await first;
    expect(backend.transfers[0]?.sent).toEqual(Uint8Array.of(1));
  });

  it("cuts an isochronous request into packets, and refuses packets for another endpoint", async () => {
    const { backend, device } = await fixture({ endpoints: { 134: () => ({ bytes: [1] }) } });
    await device.transfer({ endpoint: 0x86, length: 250 });
    expect(backend.transfers[0]?.request.packetLengths).toEqual([100, 100, 50]);
    await expect(
      device.transfer({ endpoint: 0x81, length: 512, packetLengths: [512] }),
    ).rejects.toBeInstanceOf(TypeError);
  });

  it("refuses a stream id where the backend has no bulk streams, or none has that id", async () => {
    const { device } = await fixture();
    await expect(device.transfer({ endpoint: 0x81, length: 512, streamId: 1 })).rejects.toMatchObject({
      code: "ENOSYS",
    });
    await expect(device.transfer({ endpoint: 0x81, length: 512, streamId: 0xfffe })).rejects.toBeInstanceOf(
      RangeError,
    );
  });

  it("names its request if that is nothing", async () => {
    const { device } = await fixture();
    await expect(device.transfer(undefined as never)).rejects.toThrow(/request must be an object/);
  });

  it("runs control requests too", async () => {
    const { device } = await fixture();
    const setup = { bmRequestType: 0xc0, bRequest: 0x99, wValue: 0, wIndex: 0, wLength: 4 };
    expect(await device.transfer({ setup })).toMatchObject({ status: "stall", length: 0 });
  });
});

function detach(view: Uint8Array | undefined): void {
  if (view !== undefined) structuredClone(view.buffer, { transfer: [view.buffer as ArrayBuffer] });
}
