import type { BackendSink, StreamRequest } from "@tsusb/core/backend";
import { beforeEach, describe, expect, it } from "vitest";
import { FakeBackend, type FakeHandle, type FakeTransfer } from "../support/fake-backend.js";

let backend: FakeBackend;
let handle: FakeHandle;

beforeEach(async () => {
  backend = new FakeBackend();
  handle = await backend.openDevice(backend.plug({}));
});

function open(request: Partial<StreamRequest> = {}): Promise<BackendSink> {
  return backend.openSink(handle, {
    type: "bulk",
    endpoint: 0x02,
    transferSize: 4,
    transfers: 2,
    bufferSize: 8,
    ...request,
  });
}

function pending(index: number): FakeTransfer {
  const transfer = backend.pending()[index];
  if (!transfer) throw new Error(`only ${backend.pending().length} transfers are pending`);
  return transfer;
}

const taken = () => new Promise((resolve) => setImmediate(resolve));
const sent = () => backend.transfers.map((transfer) => [...(transfer.sent ?? [])]);

/** Ends every transfer as it comes. */
async function drain(): Promise<void> {
  for (let first = backend.pending()[0]; first; first = backend.pending()[0]) {
    first.settle();
    await taken();
  }
}

describe("a sink over submit", () => {
  it("cuts each write into transfers, and never joins two writes", async () => {
    const sink = await open({ bufferSize: 64 });
    await sink.write(Uint8Array.of(1, 2, 3, 4, 5, 6));
    await sink.write(Uint8Array.of(7, 8));
    await drain();
    expect(sent()).toEqual([
      [1, 2, 3, 4],
      [5, 6],
      [7, 8],
    ]);
    expect(sink.stats()).toMatchObject({ bytes: 8, transfers: 3, inFlight: 0, buffered: 0 });
  });

  it("has copied the data when write resolves", async () => {
    const sink = await open({ transfers: 1 });
    const data = Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8);
    await sink.write(data);
    data.fill(0);
    await drain();
    expect(sent()).toEqual([
      [1, 2, 3, 4],
      [5, 6, 7, 8],
    ]);
  });

  it("holds a writer back until there is room", async () => {
    const sink = await open();
    await sink.write(new Uint8Array(8));
    let written = false;
    const writing = sink.write(new Uint8Array(4)).then(() => {
      written = true;
    });
    await taken();
    expect(written).toBe(false);
    pending(0).settle();
    await writing;
    expect(sink.stats().buffered).toBe(8);
  });

  it("keeps the order of writes that were not waited for", async () => {
    const sink = await open({ transfers: 1, bufferSize: 4 });
    const writes = [1, 2, 3].map((value) => sink.write(new Uint8Array(4).fill(value)));
    await taken();
    await drain();
    await Promise.all(writes);
    expect(sent().map(([first]) => first)).toEqual([1, 2, 3]);
  });

  it("flush resolves when everything is sent", async () => {
    const sink = await open();
    await sink.write(new Uint8Array(8));
    let flushed = false;
    const flushing = sink.flush().then(() => {
      flushed = true;
    });
    pending(0).settle();
    await taken();
    expect(flushed).toBe(false);
    pending(0).settle();
    await flushing;
  });

  it("rejects a writer, the flush and the next write with the error, and drops the rest", async () => {
    const sink = await open();
    await sink.write(new Uint8Array(8));
    const waiting = sink.write(new Uint8Array(8));
    pending(0).settle();
    await taken();
    const flushing = sink.flush();
    const refused = [waiting, flushing].map((each) =>
      expect(each).rejects.toMatchObject({ code: "EPIPE", transferred: 6, backendErrorCode: -9 }),
    );
    pending(0).settle({ status: "stall", length: 2, backendErrorCode: -9 });
    await Promise.all(refused);
    expect(backend.pending()).toHaveLength(0);
    expect(sink.stats().buffered).toBe(0);
    await expect(sink.write(Uint8Array.of(1))).rejects.toMatchObject({ code: "EPIPE" });
    await sink.close();
  });

  it("end flushes, sends the empty packet that it was asked for, and takes no more", async () => {
    const sink = await open();
    await sink.write(Uint8Array.of(1, 2, 3, 4));
    const ending = sink.end({ zlp: true });
    await taken();
    expect(backend.pending()).toHaveLength(1);
    await drain();
    await ending;
    expect(sent()).toEqual([[1, 2, 3, 4], []]);
    await expect(sink.write(Uint8Array.of(1))).rejects.toMatchObject({ code: "ERR_USB_CLOSED" });
    await sink.end();
    await sink.close();
  });

  it("end without zlp sends no empty packet", async () => {
    const sink = await open();
    await sink.write(new Uint8Array(4));
    const ending = sink.end();
    await taken();
    await drain();
    await ending;
    expect(backend.transfers).toHaveLength(1);
  });

  it("close cancels, waits, and refuses who still waits to write", async () => {
    const sink = await open();
    await sink.write(new Uint8Array(8));
    const refused = expect(sink.write(new Uint8Array(8))).rejects.toMatchObject({ code: "ERR_USB_CLOSED" });
    await taken();
    const last = pending(1);
    last.onCancel = () => undefined;
    let closed = false;
    const closing = sink.close().then(() => {
      closed = true;
    });
    await taken();
    expect(closed).toBe(false);
    last.settle({ status: "cancelled", length: 0 });
    await closing;
    await refused;
    expect(backend.transfers).toHaveLength(2);
  });

  it("goes on where a transfer that cannot be cancelled timed out", async () => {
    backend = new FakeBackend({ cancel: "none" });
    handle = await backend.openDevice(backend.plug({}));
    const sink = await open();
    await sink.write(Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8));
    expect(backend.pending()).toHaveLength(1);
    pending(0).settle({ status: "timedOut", length: 3 });
    await taken();
    await drain();
    expect(sent()).toEqual([[1, 2, 3, 4], [4], [5, 6, 7, 8]]);
    expect(sink.stats()).toMatchObject({ bytes: 8, buffered: 0 });
  });

  it("fits the packets of an isochronous transfer to what is left to send", async () => {
    const sink = await open({ type: "isochronous", transferSize: 4, packetLengths: [2, 2] });
    await sink.write(Uint8Array.of(1, 2, 3, 4, 5));
    expect(backend.pending().map(({ request }) => request.packetLengths)).toEqual([[2, 2], [1]]);
  });
});
