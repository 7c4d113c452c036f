import type { Device, EndpointStream } from "@tsusb/core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { BusClient } from "../../../testbed/bus/client.js";
import { getBackend, type LibUsb1Backend } from "../src/index.js";
import { endpointOf } from "./endpoint-of.js";
import { BULK, ISOCHRONOUS, openHazards, PACKET, plugHazards, STUCK } from "./stream-hazard-device.js";

const ID = "stream-flood";
/** Milliseconds between two ticks of a timer of 1 ms, on average and the longest, with a consumer that takes its time. */
const USUAL = 100;
const LATEST = 1000;
/** Milliseconds that a consumer takes for a chunk: more than the device, so that there is always another one. */
const EACH = 0.06;

let bus: BusClient;
let backend: LibUsb1Backend;
let device: Device;

beforeAll(async () => {
  bus = await BusClient.connect();
  await plugHazards(bus, ID, 33);
});

beforeEach(async () => {
  backend = await getBackend();
  device = await openHazards(backend, ID);
});

afterEach(async () => {
  await device.close();
  await backend.close();
  await bus.clearFaults(ID);
  // The system tells of a file's end when it comes to it.
  await expect.poll(() => bus.inspect(ID)).toMatchObject({ pendingUrbs: 0, openFiles: 0 });
});

afterAll(async () => {
  await bus.unplug(ID);
  bus.close();
});

const endpoint = (address: number) => endpointOf(device, address);

const turn = () => new Promise<void>((resolve) => setImmediate(resolve));

/** Does something, and fails if a timer of 1 ms does not have its turn meanwhile. */
async function leavingTimersTheirTurn(work: () => Promise<void>): Promise<void> {
  const start = performance.now();
  let ticks = 0;
  let longest = 0;
  let last = start;
  const timer = setInterval(() => {
    ticks++;
    longest = Math.max(longest, performance.now() - last);
    last = performance.now();
  }, 1);
  await work();
  clearInterval(timer);
  expect(longest).toBeLessThan(LATEST);
  expect((performance.now() - start) / ticks).toBeLessThan(USUAL);
}

function spin(): void {
  for (const start = performance.now(); performance.now() - start < EACH; );
}

const WAYS: readonly [string, (stream: EndpointStream, chunks: number) => Promise<void>][] = [
  [
    "for await",
    async (stream, chunks) => {
      let count = 0;
      for await (const _ of stream) {
        spin();
        if (++count === chunks) break;
      }
    },
  ],
  [
    "readInto",
    async (stream, chunks) => {
      const into = new Uint8Array(1 << 20);
      for (let count = 0; count < chunks; count++) {
        await stream.readInto(into);
        spin();
      }
    },
  ],
];

describe.each(WAYS)("a device that floods a reader by %s", (_, take) => {
  it.each([
    ["the shortest chunks", { transferSize: 512, transfers: 64 }, 20_000],
    ["the longest chunks", { transferSize: 1 << 20, transfers: 4, bufferSize: 8 << 20 }, 300],
  ])("leaves timers their turn: %s", async (_, options, chunks) => {
    await using stream = endpoint(BULK.source).stream({ ...options, borrow: true });
    await leavingTimersTheirTurn(() => take(stream, chunks));
  });

  it("leaves timers their turn: empty messages without end", async () => {
    await bus.fault(ID, { endpoint: BULK.source, do: "short", bytes: 0, count: 1_000_000 });
    await using stream = endpoint(BULK.source).stream({ transferSize: 512, transfers: 64 });
    await leavingTimersTheirTurn(() => take(stream, 20_000));
    expect(stream.stats().bytes).toBe(0);
  });
});

it("leaves timers their turn while no packet of an isochronous device has a byte", async () => {
  await using stream = endpoint(ISOCHRONOUS.silent).stream({ packetLengths: [PACKET], transfers: 64 });
  const read = stream.read();
  await leavingTimersTheirTurn(async () => {
    while (stream.stats().transfers < 2000) await turn();
  });
  await stream.close();
  expect(await read).toBeUndefined();
});

const TYPES = [
  {
    type: "bulk",
    ...BULK,
    options: { transferSize: 4096, transfers: 4, bufferSize: 65_536 },
    inFlight: 4 * 4096,
  },
  { type: "isochronous", ...ISOCHRONOUS, options: { bufferSize: 32_768 }, inFlight: 4 * 8 * PACKET },
];

describe.each(TYPES)("a consumer of $type chunks", ({ type, source, options, inFlight }) => {
  it("that never reads holds no more than was asked for, and the device is asked no more", async () => {
    const stream = endpoint(source).stream(options);
    await stream.read();
    while (stream.stats().inFlight > 0) await turn();
    const { buffered, transfers } = stream.stats();
    expect(buffered).toBeGreaterThan(options.bufferSize / 2);
    expect(buffered).toBeLessThanOrEqual(options.bufferSize + inFlight);
    // Somebody else's round trips, in which the device would have answered.
    for (let count = 0; count < 50; count++) await device.ctrlTransfer(0x80, 6, 0x0100, 0, 18);
    expect(stream.stats()).toMatchObject({ buffered, transfers, inFlight: 0 });
    expect((await bus.inspect(ID)).pendingUrbs).toBe(0);
  });

  it("keeps a borrowed chunk as it is when the device and the backend are closed", async () => {
    const stream = endpoint(source).stream({ ...options, borrow: true });
    const taken = type === "bulk" ? await stream.read() : (await stream.readPackets())?.data;
    const chunk = taken ?? expect.fail();
    const before = Uint8Array.from(chunk);
    await device.close();
    await backend.close();
    expect(Buffer.compare(chunk, before)).toBe(0);
    chunk.fill(0x5a);
  });
});

it("cannot give borrowed memory away", async () => {
  await using stream = endpoint(BULK.source).stream({ transferSize: 4096, borrow: true });
  const chunk = (await stream.read()) ?? expect.fail();
  try {
    structuredClone(chunk, { transfer: [chunk.buffer as ArrayBuffer] });
  } catch (error) {
    // From Node 21 on it is refused, before that it is a copy.
    expect(error).toMatchObject({ name: "DataCloneError" });
  }
  expect(chunk).toHaveLength(4096);
  expect(await stream.read()).toHaveLength(4096);
});

it("a device that takes nothing makes a sink wait, and closing it ends that", async () => {
  const sink = endpoint(STUCK).sink({ transferSize: 4096, transfers: 4, bufferSize: 65_536 });
  const write = sink.write(new Uint8Array(1 << 20));
  write.catch(() => undefined);
  while (sink.stats().inFlight < 4) await turn();
  for (let count = 0; count < 50; count++) await device.ctrlTransfer(0x80, 6, 0x0100, 0, 18);
  expect(sink.stats()).toMatchObject({ bytes: 0, inFlight: 4 });
  expect(sink.stats().buffered).toBeLessThanOrEqual(65_536);
  await sink.close();
  await expect(write).rejects.toMatchObject({ code: "ERR_USB_CLOSED", transferred: 0 });
});
