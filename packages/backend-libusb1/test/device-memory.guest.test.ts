import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { getBackend } from "@tsusb/backend-libusb1";
import { type Device, type Endpoint, type EndpointStream, find, type IBackend } from "@tsusb/core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

/** Buffers of the loopback. Source: Linux drivers/usb/gadget/function/g_zero.h, GZERO_BULK_BUFLEN. */
const LOOPBACK_SIZE = 4096;

let backend: IBackend;

beforeAll(async () => {
  backend = await getBackend();
});

afterAll(() => backend.close());

/** Bytes of memory of this process that belong to devices. Source: Linux Documentation/filesystems/proc.rst, maps. */
function mappedOfDevices(): number {
  const lines = readFileSync("/proc/self/maps", "utf8").split("\n");
  const ranges = lines.filter((line) => line.includes("/dev/bus/usb/")).map((line) => line.split(/[- ]/));
  return ranges.reduce((sum, [from, to]) => sum + Number(`0x${to}`) - Number(`0x${from}`), 0);
}

describe.each(["zero-hs", "zero-ss"])("a stream of %s that lends its chunks", (gadget) => {
  let device: Device;
  let into: Endpoint;
  let out: Endpoint;

  beforeAll(async () => {
    const found = await find({ serialNumber: `${gadget}-0123456789`, backend });
    if (found === undefined) throw new Error(`${gadget} is not plugged in`);
    device = await found.open();
    await device.setConfiguration(2);
    const endpoints = (await device.getActiveConfiguration())?.getInterface(0)?.endpoints ?? [];
    const [source, sink] = ["in", "out"].map((direction) =>
      endpoints.find((each) => each.direction === direction),
    );
    if (source === undefined || sink === undefined) throw new Error("configuration 2 has no loopback");
    into = source;
    out = sink;
  });

  afterAll(() => device.close());

  /** Sends bytes round and compares; gives the last chunk as it was lent. */
  async function sendRound(stream: EndpointStream, rounds: number): Promise<Uint8Array | undefined> {
    let chunk: Uint8Array | undefined;
    for (let left = rounds; left > 0; left--) {
      const sent = randomBytes(LOOPBACK_SIZE);
      await out.write(sent, { timeout: 10_000 });
      chunk = await stream.read();
      expect(sent.equals(chunk ?? new Uint8Array(0))).toBe(true);
    }
    return chunk;
  }

  it("has the device's memory, and gives it back when it ends", async () => {
    await using stream = into.stream({ transferSize: LOOPBACK_SIZE, transfers: 4, borrow: true });
    const lent = await sendRound(stream, 50);
    expect(mappedOfDevices()).toBeGreaterThan(2 * 1024 * 1024);
    await stream.close();
    expect(mappedOfDevices()).toBe(0);
    // Whoever kept a chunk too long finds no bytes of the device in it, and nothing breaks.
    expect(lent?.every((byte) => byte === 0)).toBe(true);
  });

  it("goes without where it asks for more than the kernel has in one piece", async () => {
    await using stream = into.stream({ transferSize: LOOPBACK_SIZE, bufferSize: 8 << 20, borrow: true });
    await sendRound(stream, 10);
    expect(mappedOfDevices()).toBe(0);
  });

  it("is no other than one that gives its chunks away", async () => {
    await using stream = into.stream({ transferSize: LOOPBACK_SIZE });
    await sendRound(stream, 10);
    expect(mappedOfDevices()).toBe(0);
  });
});
