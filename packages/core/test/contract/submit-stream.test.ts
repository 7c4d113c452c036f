import type { BackendStream, StreamRequest, TransferStatus } from "@tsusb/core/backend";
import { USBError } from "@tsusb/core/backend";
import { beforeEach, describe, expect, it } from "vitest";
import { FakeBackend, type FakeHandle, type FakeTransfer } from "../support/fake-backend.js";

let backend: FakeBackend;
let handle: FakeHandle;

beforeEach(async () => {
  backend = new FakeBackend();
  handle = await backend.openDevice(backend.plug({}));
});

function open(request: Partial<StreamRequest> = {}): Promise<BackendStream> {
  return backend.openStream(handle, {
    type: "bulk",
    endpoint: 0x81,
    transferSize: 4,
    transfers: 3,
    bufferSize: 64,
    ...request,
  });
}

function pending(index: number): FakeTransfer {
  const transfer = backend.pending()[index];
  if (!transfer) throw new Error(`only ${backend.pending().length} transfers are pending`);
  return transfer;
}

/** Lets everything that has settled be taken. */
const taken = () => new Promise((resolve) => setImmediate(resolve));

async function readAll(stream: BackendStream): Promise<number[][]> {
  const chunks: number[][] = [];
  for (let chunk = await stream.read(); chunk; chunk = await stream.read()) chunks.push([...chunk]);
  return chunks;
}

describe("a stream over submit", () => {
  it("keeps the transfers in flight that were asked for, without a timeout", async () => {
    const stream = await open();
    expect(backend.pending().map(({ request }) => request)).toEqual(
      Array(3).fill({ type: "bulk", endpoint: 0x81, length: 4, timeout: 0 }),
    );
    pending(0).settle({ bytes: [1] });
    await taken();
    expect(backend.pending()).toHaveLength(3);
    expect(stream.stats()).toMatchObject({ bytes: 1, transfers: 1, inFlight: 3, starved: 0, buffered: 1 });
  });

  it("gives chunks in the order of submission, however the results come", async () => {
    const stream = await open();
    const [first, second, third] = backend.pending();
    third?.settle({ bytes: [3] });
    second?.settle({ bytes: [2] });
    await taken();
    expect(stream.stats().buffered).toBe(0);
    first?.settle({ bytes: [1] });
    expect([await stream.read(), await stream.read(), await stream.read()]).toEqual([
      Uint8Array.of(1),
      Uint8Array.of(2),
      Uint8Array.of(3),
    ]);
  });

  it("gives a short and an empty packet as chunks of their own", async () => {
    const stream = await open();
    pending(0).settle({ bytes: [1, 2] });
    pending(0).settle({ bytes: [] });
    pending(0).settle({ bytes: [3, 4, 5, 6] });
    await taken();
    const closed = stream.close();
    expect(await readAll(stream)).toEqual([[1, 2], [], [3, 4, 5, 6]]);
    await closed;
  });

  it("wakes a reader that waits", async () => {
    const stream = await open();
    const reading = stream.read();
    pending(0).settle({ bytes: [7] });
    await expect(reading).resolves.toEqual(Uint8Array.of(7));
  });

  it("refuses a second reader at the same time", async () => {
    const stream = await open();
    const reading = stream.read();
    await expect(stream.read()).rejects.toMatchObject({ code: "EBUSY" });
    pending(0).settle({ bytes: [7] });
    await expect(reading).resolves.toEqual(Uint8Array.of(7));
  });

  it("stops asking the device while the reader lags, and asks again when it reads", async () => {
    const stream = await open({ transfers: 1, bufferSize: 8 });
    pending(0).settle({ bytes: [1, 1, 1, 1] });
    await taken();
    pending(0).settle({ bytes: [2, 2, 2, 2] });
    await taken();
    expect(backend.pending()).toHaveLength(0);
    expect(stream.stats()).toMatchObject({ buffered: 8, inFlight: 0, starved: 2 });
    await stream.read();
    expect(backend.pending()).toHaveLength(1);
  });

  it("holds no more than a bounded number of empty chunks", async () => {
    let answered = 0;
    const endless = backend.plug({
      endpoints: {
        129: () => {
          if (++answered > 100_000) throw new Error("it asks without end");
          return { bytes: [] };
        },
      },
    });
    handle = await backend.openDevice(endless);
    const stream = await open();
    await taken();
    expect(backend.pending()).toHaveLength(0);
    expect(answered).toBeLessThan(20_000);
    await stream.close();
  });

  it("delivers everything that arrived, then the error once, then the end", async () => {
    const stream = await open();
    pending(0).settle({ bytes: [1, 2, 3, 4] });
    pending(0).settle({ status: "stall", bytes: [5], backendErrorCode: -9 });
    await taken();
    expect(backend.pending()).toHaveLength(0);
    await expect(stream.read()).resolves.toEqual(Uint8Array.of(1, 2, 3, 4));
    await expect(stream.read()).resolves.toEqual(Uint8Array.of(5));
    await expect(stream.read()).rejects.toMatchObject({
      code: "EPIPE",
      backendErrorCode: -9,
      transferred: 5,
    });
    await expect(stream.read()).resolves.toBeUndefined();
  });

  it("delivers what the cancelled transfers behind a failed one had", async () => {
    const stream = await open({ transfers: 2 });
    const [first, second] = backend.pending();
    if (second) second.onCancel = () => second.settle({ status: "cancelled", bytes: [2] });
    first?.settle({ status: "error" });
    await expect(stream.read()).resolves.toEqual(Uint8Array.of(2));
    await expect(stream.read()).rejects.toMatchObject({ code: "EIO" });
  });

  it("ends with ENODEV when the device goes, to a reader that waits", async () => {
    const stream = await open();
    const reading = stream.read();
    backend.unplug(handle.device);
    await expect(reading).rejects.toMatchObject({ code: "ENODEV" });
    expect(backend.pending()).toHaveLength(0);
  });

  it("passes on the error of what could not be submitted", async () => {
    backend.fail("submit", new USBError("no memory", { code: "ENOMEM" }));
    const stream = await open();
    await expect(stream.read()).rejects.toMatchObject({ code: "ENOMEM" });
  });

  it("calls a submit that throws the backend's fault", async () => {
    backend.submit = () => {
      throw new Error("boom");
    };
    const stream = await open();
    await expect(stream.read()).rejects.toMatchObject({ code: "ERR_USB_BACKEND" });
  });

  it("close cancels, waits, and leaves readable what had arrived", async () => {
    const stream = await open();
    pending(0).settle({ bytes: [1] });
    await taken();
    const last = pending(0);
    last.onCancel = () => undefined;
    let closed = false;
    const closing = stream.close().then(() => {
      closed = true;
    });
    await taken();
    expect(closed).toBe(false);
    last.settle({ status: "cancelled", bytes: [2] });
    await closing;
    expect(await readAll(stream)).toEqual([[1], [2]]);
    await stream.close();
  });

  it("close ends a reader that waits", async () => {
    const stream = await open();
    const reading = stream.read();
    await stream.close();
    await expect(reading).resolves.toBeUndefined();
  });

  it("gives transfers that cannot be cancelled a timeout, which ends nothing", async () => {
    backend = new FakeBackend({ cancel: "none" });
    handle = await backend.openDevice(backend.plug({}));
    const stream = await open({ transfers: 1 });
    expect(pending(0).request.timeout).toBeGreaterThan(0);
    pending(0).settle({ status: "timedOut", bytes: [1] });
    await expect(stream.read()).resolves.toEqual(Uint8Array.of(1));
    expect(backend.pending()).toHaveLength(1);
    const closing = stream.close();
    pending(0).settle({ status: "timedOut" });
    await closing;
  });

  it("gives isochronous packets without their holes, and nothing for a transfer without bytes", async () => {
    const stream = await open({ type: "isochronous", transferSize: 8, packetLengths: [4, 4] });
    expect(pending(0).request.packetLengths).toEqual([4, 4]);
    const empty = [0, 4].map((offset) => ({ status: "completed", offset, length: 0 }) as const);
    pending(0).settle({ bytes: new Uint8Array(8), packets: empty });
    const packets = [
      { status: "completed", offset: 0, length: 1 },
      { status: "completed", offset: 4, length: 2 },
    ] as const;
    pending(0).settle({ bytes: [1, 0, 0, 0, 2, 3, 0, 0], packets });
    await expect(stream.read()).resolves.toEqual(Uint8Array.of(1, 2, 3));
  });
});

describe("an isochronous stream over submit", () => {
  const isochronous = { type: "isochronous", transferSize: 8, packetLengths: [4, 4] } as const;
  const packet = (status: TransferStatus, offset: number, length: number) => ({ status, offset, length });
  const bytes = [1, 0, 0, 0, 2, 3, 0, 0];

  it("tells of each packet, with its bytes where it says", async () => {
    const stream = await open(isochronous);
    const packets = [packet("completed", 0, 1), packet("completed", 4, 2)];
    pending(0).settle({ bytes, packets });
    expect(await stream.readPackets?.()).toEqual({ data: Uint8Array.from(bytes), packets });
    expect(stream.stats()).toMatchObject({ bytes: 3, packets: 2, missed: 0, buffered: 0 });
  });

  it("tells of a transfer of which every packet failed or was empty, which read passes over", async () => {
    const stream = await open(isochronous);
    const nothing = [packet("error", 0, 0), packet("completed", 4, 0)];
    for (let count = 0; count < 2; count++) pending(0).settle({ bytes: new Uint8Array(8), packets: nothing });
    await taken();
    expect((await stream.readPackets?.())?.packets).toEqual(nothing);
    const reading = stream.read();
    pending(0).settle({ bytes, packets: [packet("completed", 0, 1), packet("overflow", 4, 2)] });
    await expect(reading).resolves.toEqual(Uint8Array.of(1, 2, 3));
    expect(stream.stats()).toMatchObject({ packets: 6, missed: 3 });
  });

  it("goes on after a transfer that has the status of a failed packet, and not after one that was refused", async () => {
    const stream = await open({ ...isochronous, transfers: 1 });
    const some = [packet("error", 0, 0), packet("completed", 4, 0)];
    pending(0).settle({ status: "error", bytes: new Uint8Array(8), packets: some });
    await taken();
    expect(backend.pending()).toHaveLength(1);
    const none = [packet("error", 0, 0), packet("error", 4, 0)];
    pending(0).settle({ status: "error", bytes: new Uint8Array(8), packets: none });
    await expect(stream.read()).rejects.toMatchObject({ code: "EIO" });
  });

  it("does not count what became of packets that were cut short", async () => {
    const stream = await open({ ...isochronous, transfers: 1 });
    const first = pending(0);
    const cut = [packet("completed", 0, 1), packet("cancelled", 4, 0)];
    first.onCancel = () => first.settle({ status: "cancelled", bytes, packets: cut });
    await stream.close();
    expect((await stream.readPackets?.())?.packets).toEqual(cut);
    expect(await stream.readPackets?.()).toBeUndefined();
    expect(stream.stats()).toMatchObject({ packets: 1, missed: 0 });
  });

  it("holds no more transfers than fit into the buffer with their holes, though none has a byte", async () => {
    const stream = await open({ ...isochronous, transfers: 2, bufferSize: 32 });
    const nothing = [packet("completed", 0, 0), packet("completed", 4, 0)];
    let answered = 0;
    for (; backend.pending().length > 0 && answered < 100; await taken(), answered++)
      pending(0).settle({ bytes: new Uint8Array(8), packets: nothing });
    expect(answered).toBeLessThanOrEqual(32 / 8 + 2);
    await stream.close();
  });
});
