import { type Device, type Endpoint, type EndpointStream, find, type SinkOptions } from "@tsusb/core";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { BusClient } from "../../../testbed/bus/client.js";
import { getBackend, type LibUsb1Backend } from "../src/index.js";

/** Endpoints of the plugged device: what is written to OUT comes back on IN. */
const OUT = 0x01;
const IN = 0x81;

let bus: BusClient;
let backend: LibUsb1Backend;
let device: Device;

beforeEach(async () => {
  bus = await BusClient.connect();
  await bus.plug({
    id: "sink",
    port: "6",
    device: { idVendor: 0x1209, idProduct: 0x5124 },
    configurations: [
      {
        interfaces: [
          {
            endpoints: [
              { bEndpointAddress: OUT, bmAttributes: "bulk", wMaxPacketSize: 512 },
              { bEndpointAddress: IN, bmAttributes: "bulk", wMaxPacketSize: 512 },
            ],
          },
        ],
      },
    ],
    endpoints: { [OUT]: { loopback: IN, capacity: 1 << 20 } },
  });
  backend = await getBackend();
  const found = await find({ idProduct: 0x5124, backend });
  if (found === undefined) throw new Error("the bus does not have the plugged device");
  device = found;
});

afterEach(async () => {
  await device.close();
  await backend.close();
  await bus.unplug("sink").catch(() => undefined);
  bus.close();
});

function endpointAt(address: number): Endpoint {
  const endpoints = device.configurations[0]?.interfaces.flatMap((each) => each.endpoints);
  const endpoint = endpoints?.find(({ bEndpointAddress }) => bEndpointAddress === address);
  if (endpoint === undefined) throw new Error("the device has no such endpoint");
  return endpoint;
}

const sink = (options: SinkOptions = {}) =>
  endpointAt(OUT).sink({ transferSize: 4096, transfers: 8, ...options });
const source = () => endpointAt(IN).stream({ transferSize: 4096, transfers: 8 });

/** Numbers that look like chance and are the same each time: a linear congruential generator. */
function random(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

async function takeBytes(stream: EndpointStream, count: number): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for (let taken = 0; taken < count; ) {
    const chunk = await stream.read();
    if (chunk === undefined) break;
    chunks.push(chunk);
    taken += chunk.length;
  }
  return Buffer.concat(chunks);
}

describe("a sink", () => {
  it("sends every byte once and in order, whatever the writes' sizes", async () => {
    const below = random(7);
    const messages = Array.from({ length: 600 }, () =>
      Uint8Array.from({ length: 1 + below(9000) }, () => below(256)),
    );
    const sent = Buffer.concat(messages);
    const stream = source();
    const received = takeBytes(stream, sent.length);
    const writer = sink();
    for (const message of messages) await writer.write(message);
    await writer.end();
    expect((await received).equals(sent)).toBe(true);
    expect(writer.stats()).toMatchObject({ bytes: sent.length, inFlight: 0, buffered: 0 });
    await stream.close();
  });

  it("keeps writes apart: each ends with a short packet of its own", async () => {
    const stream = source();
    const writer = sink();
    for (const size of [3, 513, 4097]) await writer.write(new Uint8Array(size).fill(size & 0xff));
    await writer.end();
    const sizes: number[] = [];
    while (sizes.reduce((sum, size) => sum + size, 0) < 3 + 513 + 4097)
      sizes.push((await stream.read())?.length ?? 0);
    expect(sizes).toEqual([3, 513, 4096, 1]);
    await stream.close();
  });

  it("has written everything when flush resolves", async () => {
    const writer = sink();
    for (let count = 0; count < 50; count++) await writer.write(new Uint8Array(4096));
    await writer.flush();
    expect(writer.stats()).toMatchObject({ bytes: 50 * 4096, inFlight: 0, buffered: 0 });
    await writer.close();
  });

  it("ends with a zero-length packet if that is asked for", async () => {
    const stream = source();
    const writer = sink();
    await writer.write(new Uint8Array(4096));
    await writer.end({ zlp: true });
    expect([(await stream.read())?.length, (await stream.read())?.length]).toEqual([4096, 0]);
    await stream.close();
  });

  it("makes a writer wait that is faster than the device", async () => {
    const writer = sink({ bufferSize: 32 * 1024 });
    // Nobody reads: the loopback takes a megabyte and no more.
    const size = 4096;
    let written = 0;
    const full = (async () => {
      for (;;) {
        await writer.write(new Uint8Array(size));
        written += size;
      }
    })();
    // Closing ends it before anybody asks how.
    full.catch(() => undefined);
    while (writer.stats().bytes < 1 << 20) await new Promise((resolve) => setImmediate(resolve));
    const most = (1 << 20) + 32 * 1024 + 8 * size;
    expect(written).toBeLessThanOrEqual(most);
    await writer.close();
    await expect(full).rejects.toMatchObject({ code: "ERR_USB_CLOSED" });
    expect(written).toBeLessThanOrEqual(most);
  });

  it("says how far it came when the device stalls, and stays failed", async () => {
    await bus.fault("sink", { endpoint: OUT, do: "stall", after: 10 });
    const writer = sink({ transfers: 1 });
    const writing = (async () => {
      for (let count = 0; count < 100; count++) await writer.write(new Uint8Array(4096));
      await writer.flush();
    })();
    await expect(writing).rejects.toMatchObject({ code: "EPIPE", transferred: 10 * 4096 });
    await expect(writer.write(new Uint8Array(1))).rejects.toMatchObject({ code: "EPIPE" });
    await writer.close();
    await device.clearHalt(OUT);
    expect(await device.write(OUT, new Uint8Array(8))).toBe(8);
  });

  it("fails with ENODEV when the device is unplugged", async () => {
    await bus.fault("sink", { endpoint: OUT, do: "unplug", after: 20 });
    const writer = sink();
    const writing = (async () => {
      for (let count = 0; count < 1000; count++) await writer.write(new Uint8Array(4096));
      await writer.flush();
    })();
    await expect(writing).rejects.toMatchObject({ code: "ENODEV" });
    await writer.close();
    expect(device.isGone).toBe(true);
  });

  it("that is aborted rejects with the reason and gives its endpoint back", async () => {
    const controller = new AbortController();
    const writer = sink({ signal: controller.signal, bufferSize: 4096 });
    await bus.fault("sink", { endpoint: OUT, do: "silent" });
    const writing = (async () => {
      for (let count = 0; count < 100; count++) await writer.write(new Uint8Array(4096));
    })();
    setImmediate(() => controller.abort(new Error("enough")));
    await expect(writing).rejects.toMatchObject({ code: "ABORT_ERR" });
    await writer.close();
    await bus.clearFaults("sink");
    expect(await device.write(OUT, new Uint8Array(8))).toBe(8);
  });

  it("ends with its device and with its backend", async () => {
    for (const close of [() => device.close(), () => backend.close()]) {
      await device.open();
      const writer = sink();
      await bus.fault("sink", { endpoint: OUT, do: "silent" });
      await writer.write(new Uint8Array(4096));
      await close();
      await expect(writer.write(new Uint8Array(1))).rejects.toMatchObject({ code: "ERR_USB_CLOSED" });
      expect((await bus.inspect("sink")).pendingUrbs).toBe(0);
      await bus.clearFaults("sink");
    }
  });
});
