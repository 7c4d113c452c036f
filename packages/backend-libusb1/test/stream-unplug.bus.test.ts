import { readdirSync, readlinkSync } from "node:fs";
import type { Device, EndpointStream } from "@tsusb/core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { BusClient } from "../../../testbed/bus/client.js";
import { getBackend, type LibUsb1Backend } from "../src/index.js";
import { endpointOf } from "./endpoint-of.js";
import { BULK, ISOCHRONOUS, openHazards, plugHazards, STUCK } from "./stream-hazard-device.js";

const ID = "stream-unplug";
/** Sizes at which a ring is full at once. */
const TYPES = [
  { type: "bulk", ...BULK, stuck: STUCK, options: { transferSize: 4096, bufferSize: 65_536 } },
  { type: "isochronous", ...ISOCHRONOUS, stuck: ISOCHRONOUS.sink, options: { bufferSize: 32_768 } },
];

let bus: BusClient;
let backend: LibUsb1Backend;
let device: Device;

beforeAll(async () => {
  bus = await BusClient.connect();
  await plugHazards(bus, ID, 32);
  backend = await getBackend();
});

beforeEach(open);

afterEach(async () => {
  await device.close();
  expect(readdirSync("/proc/self/fd").map(target)).not.toContainEqual(
    expect.stringContaining("/dev/bus/usb"),
  );
  await bus.replug(ID);
});

/** The file behind a descriptor; none for the one that listed the directory. */
function target(fd: string): string {
  try {
    return readlinkSync(`/proc/self/fd/${fd}`);
  } catch {
    return "";
  }
}

afterAll(async () => {
  await backend.close();
  await bus.unplug(ID);
  bus.close();
});

async function open(): Promise<void> {
  device = await openHazards(backend, ID);
}

const endpoint = (address: number) => endpointOf(device, address);

const turn = () => new Promise<void>((resolve) => setImmediate(resolve));

/** Takes all that comes, and gives the number of bytes and what it ended with. */
async function drain(stream: EndpointStream) {
  let bytes = 0;
  try {
    for (let chunk = await stream.read(); chunk !== undefined; chunk = await stream.read())
      bytes += chunk.length;
  } catch (error) {
    return { bytes, error };
  }
  return { bytes };
}

describe.each(TYPES)("unplugging under $type transfers", ({ source, silent, sink, stuck, options }) => {
  it("loses nothing of a ring that is full", async () => {
    const stream = endpoint(source).stream(options);
    const first = await stream.read();
    while (stream.stats().inFlight > 0) await turn();
    await bus.unplug(ID);
    const { bytes, error } = await drain(stream);
    expect(error).toMatchObject({ code: "ENODEV" });
    expect(bytes + (first?.length ?? 0)).toBe(stream.stats().bytes);
    expect(bytes).toBeGreaterThan(options.bufferSize / 2);
    expect(await stream.read()).toBeUndefined();
  });

  it("ends a read that waits", async () => {
    const stream = endpoint(silent).stream(options);
    const read = expect(stream.read()).rejects.toMatchObject({ code: "ENODEV" });
    while (stream.stats().inFlight === 0) await turn();
    await bus.unplug(ID);
    await read;
    expect(await stream.read()).toBeUndefined();
  });

  it("ends a write that waits, with what was transferred", async () => {
    const writer = endpoint(stuck).sink(options);
    const write = (async () => {
      for (;;) await writer.write(new Uint8Array(options.bufferSize));
    })();
    write.catch(() => undefined);
    while (writer.stats().inFlight === 0) await turn();
    await bus.unplug(ID);
    const error = await write.catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code: "ENODEV", transferred: writer.stats().bytes });
    await expect(writer.write(new Uint8Array(1))).rejects.toMatchObject({ code: "ENODEV" });
  });

  it.each([
    [
      "a stream and a sink",
      (streams: readonly { close(): Promise<void> }[]) => streams.map((each) => each.close()),
    ],
    ["their device", () => [device.close()]],
  ])("does not disturb the close of %s, whichever is first", async (_, close) => {
    for (let round = 0; round < 10; round++) {
      const stream = endpoint(source).stream(options);
      const writer = endpoint(sink).sink(options);
      const write = writer.write(new Uint8Array(options.bufferSize)).catch(() => undefined);
      await stream.read();
      const unplugged = round % 2 === 0 ? bus.unplug(ID) : undefined;
      const closed = close([stream, writer]);
      await Promise.all([...closed, unplugged ?? bus.unplug(ID), write]);
      const { error } = await drain(stream);
      if (error !== undefined) expect(error).toMatchObject({ code: "ENODEV" });
      await device.close();
      await bus.replug(ID);
      await open();
    }
    await bus.unplug(ID);
  });
});
