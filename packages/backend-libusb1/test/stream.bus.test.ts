import { type Device, type Endpoint, type EndpointStream, find, type StreamOptions } from "@tsusb/core";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { BusClient } from "../../../testbed/bus/client.js";
import { getBackend, type LibUsb1Backend } from "../src/index.js";

/** Bytes of a message: no multiple of a packet, nor of the 256 after which the device's counter begins again. */
const MESSAGE = 1021;
/** Counts its bytes, message after message. */
const COUNTER = 0x81;
const SILENT = 0x82;

let bus: BusClient;
let backend: LibUsb1Backend;
let device: Device;

beforeEach(async () => {
  bus = await BusClient.connect();
  await bus.plug({
    id: "stream",
    port: "5",
    device: { idVendor: 0x1209, idProduct: 0x5123 },
    configurations: [
      {
        interfaces: [
          {
            endpoints: [
              { bEndpointAddress: COUNTER, bmAttributes: "bulk", wMaxPacketSize: 512 },
              { bEndpointAddress: SILENT, bmAttributes: "bulk", wMaxPacketSize: 512 },
            ],
          },
        ],
      },
    ],
    endpoints: { [COUNTER]: { source: "counter", message: MESSAGE } },
  });
  backend = await getBackend();
  const found = await find({ idProduct: 0x5123, backend });
  if (found === undefined) throw new Error("the bus does not have the plugged device");
  device = found;
});

afterEach(async () => {
  await device.close();
  await backend.close();
  await bus.unplug("stream").catch(() => undefined);
  bus.close();
});

function endpointAt(address: number): Endpoint {
  const endpoints = device.configurations[0]?.interfaces.flatMap((each) => each.endpoints);
  const endpoint = endpoints?.find(({ bEndpointAddress }) => bEndpointAddress === address);
  if (endpoint === undefined) throw new Error("the device has no such endpoint");
  return endpoint;
}

const open = (options: StreamOptions = {}) =>
  endpointAt(COUNTER).stream({ transferSize: 1024, transfers: 16, ...options });

/** Checks that bytes go on where those before ended. */
class Counter {
  bytes = 0;

  take(chunk: Uint8Array): void {
    const wrong = chunk.findIndex((byte, at) => byte !== ((this.bytes + at) & 0xff));
    if (wrong !== -1) throw new Error(`byte ${this.bytes + wrong} is ${chunk[wrong]}`);
    this.bytes += chunk.length;
  }
}

async function drain(stream: EndpointStream, counter: Counter): Promise<void> {
  for (let chunk = await stream.read(); chunk !== undefined; chunk = await stream.read()) counter.take(chunk);
}

const turn = () => new Promise<void>((resolve) => setImmediate(resolve));

/** What the device still holds of the stream: transfers that wait there. */
const pendingUrbs = async () => (await bus.inspect("stream")).pendingUrbs;

describe.each([{ borrow: false }, { borrow: true }])("a stream with borrow: $borrow", ({ borrow }) => {
  it("gives every byte once and in order", async () => {
    const counter = new Counter();
    let messages = 0;
    for await (const chunk of open({ borrow })) {
      expect(chunk).toHaveLength(MESSAGE);
      counter.take(chunk);
      if (++messages === 20_000) break;
    }
    expect(counter.bytes).toBe(20_000 * MESSAGE);
    expect(await pendingUrbs()).toBe(0);
  });

  it("stops asking while the reader is slow, and goes on where it was", async () => {
    await using stream = open({ borrow, bufferSize: 64 * 1024 });
    const counter = new Counter();
    for (let round = 0; round < 20; round++) {
      const chunk = await stream.read();
      if (chunk) counter.take(chunk);
      while (stream.stats().inFlight > 0) await turn();
      const { buffered } = stream.stats();
      // Full, as far as whole transfers fit; and what was in flight on top.
      expect(buffered).toBeGreaterThan(64 * 1024 - 2 * 1024);
      expect(buffered).toBeLessThanOrEqual(64 * 1024 + 16 * 1024);
      for (let taken = 0; taken < 50; taken++) counter.take((await stream.read()) ?? new Uint8Array(0));
    }
    expect(stream.stats().starved).toBeGreaterThan(0);
    expect(counter.bytes).toBe(20 * 51 * MESSAGE);
  });

  it("delivers what had arrived before the device's stall, and the stall once", async () => {
    await bus.fault("stream", { endpoint: COUNTER, do: "stall", after: 500 });
    const stream = open({ borrow });
    const counter = new Counter();
    await expect(drain(stream, counter)).rejects.toMatchObject({ code: "EPIPE", backendErrorCode: -9 });
    expect(counter.bytes).toBe(500 * MESSAGE);
    expect(await stream.read()).toBeUndefined();
    expect(stream.stats()).toMatchObject({ bytes: 500 * MESSAGE, inFlight: 0, buffered: 0 });
  });

  it("delivers what had arrived before the device was unplugged", async () => {
    await bus.fault("stream", { endpoint: COUNTER, do: "unplug", after: 300 });
    const counter = new Counter();
    await expect(drain(open({ borrow }), counter)).rejects.toMatchObject({ code: "ENODEV" });
    expect(counter.bytes).toBeGreaterThanOrEqual(300 * MESSAGE);
    expect(device.isGone).toBe(true);
  });

  it("that is closed delivers what had arrived, then the end", async () => {
    const stream = open({ borrow, bufferSize: 32 * 1024 });
    const counter = new Counter();
    counter.take((await stream.read()) ?? new Uint8Array(0));
    while (stream.stats().inFlight > 0) await turn();
    await stream.close();
    const { bytes } = stream.stats();
    await drain(stream, counter);
    expect(counter.bytes).toBe(bytes);
  });

  it("that is aborted delivers what had arrived, then the reason", async () => {
    const controller = new AbortController();
    const stream = open({ borrow, signal: controller.signal });
    const counter = new Counter();
    for (let chunk = 0; chunk < 100; chunk++) counter.take((await stream.read()) ?? new Uint8Array(0));
    controller.abort(new Error("enough"));
    await expect(drain(stream, counter)).rejects.toMatchObject({ code: "ABORT_ERR" });
    expect(counter.bytes).toBe(stream.stats().bytes);
  });
});

describe("a stream", () => {
  it("that nobody reads fills its buffer and ends when it is closed", async () => {
    const stream = endpointAt(COUNTER).stream({ transferSize: 1024, bufferSize: 16 * 1024 });
    await stream.read();
    while (stream.stats().inFlight > 0) await turn();
    await stream.close();
    expect(await pendingUrbs()).toBe(0);
    await device.releaseInterface(0);
  });

  it("of an endpoint that never answers ends when it, its device or its backend is closed", async () => {
    for (const close of [
      (stream: EndpointStream) => stream.close(),
      () => device.close(),
      () => backend.close(),
    ]) {
      await device.open();
      const stream = endpointAt(SILENT).stream();
      const read = stream.read();
      while (stream.stats().inFlight === 0) await turn();
      await close(stream);
      expect(await read).toBeUndefined();
      expect(await pendingUrbs()).toBe(0);
    }
  });

  it("lends the same memory again and again, and gives arrays of their own otherwise", async () => {
    const buffersOf = async (borrow: boolean) => {
      await using stream = open({ borrow });
      const buffers = new Set<ArrayBufferLike>();
      for (let count = 0; count < 10; count++) buffers.add((await stream.read())?.buffer as ArrayBuffer);
      return buffers.size;
    };
    expect(await buffersOf(true)).toBe(1);
    expect(await buffersOf(false)).toBe(10);
  });

  it("fills memory of the caller's, which need not be as large as a chunk", async () => {
    await using stream = open();
    const counter = new Counter();
    const into = new Uint8Array(700);
    const counts = new Set<number | undefined>();
    for (let round = 0; round < 200; round++) {
      const count = await stream.readInto(into);
      counts.add(count);
      counter.take(into.subarray(0, count));
      if (round % 7 === 0) counter.take((await stream.read()) ?? new Uint8Array(0));
    }
    expect(counts).toEqual(new Set([700, MESSAGE - 700]));
    await stream.close();
    for (let count = await stream.readInto(into); count !== undefined; count = await stream.readInto(into))
      counter.take(into.subarray(0, count));
    expect(counter.bytes).toBe(stream.stats().bytes);
  });

  it("gives its bytes to a Web stream's reader, in the reader's memory", async () => {
    const stream = open();
    const reader = stream.readable.getReader({ mode: "byob" });
    const counter = new Counter();
    let memory = new Uint8Array(800);
    for (let round = 0; round < 100; round++) {
      const { value } = await reader.read(memory);
      if (value === undefined) throw new Error("the stream has ended");
      counter.take(value);
      memory = new Uint8Array(value.buffer);
    }
    expect(memory).toHaveLength(800);
    await reader.cancel();
    expect(await pendingUrbs()).toBe(0);
  });

  it("puts messages together that take several transfers", async () => {
    await using stream = endpointAt(SILENT).stream({ transferSize: 512, messages: true });
    for (const size of [1300, 1024, 1, 512]) {
      const message = Uint8Array.from({ length: size }, (_, at) => at % 251);
      const read = stream.read();
      await bus.send("stream", SILENT, message, { end: true });
      expect(Buffer.from((await read) ?? []).equals(message)).toBe(true);
    }
  });

  it("leaves timers their turn, however fast the chunks come", async () => {
    let ticks = 0;
    const timer = setInterval(() => ticks++, 1);
    let longest = 0;
    let last = performance.now();
    let chunks = 0;
    const tick = setInterval(() => {
      longest = Math.max(longest, performance.now() - last);
      last = performance.now();
    }, 1);
    for await (const _ of open({ borrow: true, transfers: 64 })) if (++chunks === 30_000) break;
    clearInterval(timer);
    clearInterval(tick);
    expect(ticks).toBeGreaterThan(10);
    expect(longest).toBeLessThan(100);
  });

  it("refuses a second reader and goes on for the first", async () => {
    const handle = await backend.openDevice(
      (await backend.enumerateDevices()).find(({ idProduct }) => idProduct === 0x5123) ?? expect.fail(),
    );
    await backend.claimInterface(handle, 0);
    const stream = await backend.openStream(handle, {
      type: "bulk",
      endpoint: SILENT,
      transferSize: 512,
      transfers: 2,
      bufferSize: 4096,
    });
    const first = stream.read();
    await expect(stream.read()).rejects.toMatchObject({ code: "EBUSY" });
    await bus.send("stream", SILENT, Uint8Array.of(1, 2, 3));
    expect([...((await first) ?? [])]).toEqual([1, 2, 3]);
    await backend.closeDevice(handle);
    expect(await stream.read()).toBeUndefined();
    await expect(
      backend.openStream(handle, {
        type: "bulk",
        endpoint: SILENT,
        transferSize: 512,
        transfers: 1,
        bufferSize: 512,
      }),
    ).rejects.toMatchObject({ code: "ERR_USB_CLOSED" });
  });
});
