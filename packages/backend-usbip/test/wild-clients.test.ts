import { gadgetZero } from "@tsusb/backend-virtual";
import { describe, expect, it, vi } from "vitest";
import { ByteQueue } from "../src/byte-queue.js";
import { takeCommand } from "../src/command.js";
import { takeOperation } from "../src/operation.js";
import { ProtocolError } from "../src/protocol-error.js";
import { busid, RawClient, submit, submitted, unlink, words } from "./raw-client.js";
import { ScriptedBackend } from "./scripted-backend.js";
import { type Served, serve } from "./served.js";

async function served(): Promise<Served> {
  const each = await serve();
  each.bus.plug(gadgetZero());
  return each;
}

/** The server still answers, and the device can be had. */
async function expectAlive({ port }: Served): Promise<void> {
  const client = await RawClient.importing(port, "1-1");
  client.send(submit({ seqnum: 1, endpoint: 0x80, length: 1, setup: "80080000 00000100" }));
  expect(await client.read(49)).toEqual(Buffer.concat([submitted(1, 0, 1), Uint8Array.of(1)]));
}

describe("before an import, a client is dropped that sends", () => {
  it.each([
    ["another version", words("01068005 00000000")],
    ["a reply", words("01110005 00000000")],
    ["an operation that is none", words("01119999 00000000")],
    ["a web page's request", Buffer.from("GET / HTTP/1.1\r\nHost: 127.0.0.1:3240\r\n\r\n")],
    ["half of a request, and goes", words("01118003 00000000 312d31")],
  ])("%s", async (_, bytes) => {
    const each = await served();
    const client = await RawClient.to(each.port);
    client.send(bytes);
    client.halfClose();
    expect(await client.rest()).toHaveLength(0);
    expect((await each.event("dropped")).reason).not.toBe("");
    await expectAlive(each);
  });
});

describe("after an import, a client is dropped that sends", () => {
  const header = (patch: readonly [offset: number, value: number][]): Buffer => {
    const bytes = submit({ seqnum: 1, endpoint: 0x81, length: 8 });
    for (const [offset, value] of patch) bytes.writeUInt32BE(value >>> 0, offset);
    return bytes;
  };
  it.each([
    ["a command that is none", header([[0, 9]])],
    ["a reply", header([[0, 3]])],
    ["a command for another device", header([[8, 0x0001_0007]])],
    ["a direction that is none", header([[12, 2]])],
    ["an endpoint beyond 15", header([[16, 16]])],
    ["4 GiB", header([[24, 0xffff_ffff]])],
    ["more bytes than may be", header([[24, 64 * 1024 * 1024 + 1]])],
    ["more packets than may be", header([[32, 1025]])],
    ["a negative count of packets", header([[32, -2]])],
    ["a packet beyond its buffer", submit({ seqnum: 1, endpoint: 0x81, length: 8, packets: [[4, 5]] })],
    [
      "a packet that ends beyond 32 bits",
      submit({ seqnum: 1, endpoint: 0x81, length: 8, packets: [[0xffff_ffff, 8]] }),
    ],
    [
      "packets that lie upon each other",
      submit({
        seqnum: 1,
        endpoint: 0x81,
        length: 8,
        packets: [
          [0, 8],
          [0, 8],
        ],
      }),
    ],
    ["one number twice", Buffer.concat([header([]), header([])])],
  ])("%s", async (_, bytes) => {
    const each = await served();
    const client = await RawClient.importing(each.port, "1-1");
    client.send(bytes);
    await client.rest();
    expect((await each.event("dropped")).reason).toMatch(/^sent /);
    await each.event("released");
    await expectAlive(each);
  });
});

it("a client that does not read its answers is not asked for more, and gets all of them later", async () => {
  const backend = new ScriptedBackend();
  const { port } = await serve(backend);
  const client = await RawClient.importing(port, "1-1");
  const length = 1024 * 1024;
  const ask = async (from: number, to: number): Promise<void> => {
    for (let seqnum = from; seqnum < to; seqnum++) client.send(submit({ seqnum, endpoint: 0x81, length }));
    await client.flush();
  };
  const settle = async (index: number): Promise<void> =>
    (await backend.transfer(index)).settle({ status: "completed", length, data: new Uint8Array(length) });
  client.pause();
  await ask(0, 20);
  // More than the buffers of the system take.
  for (let index = 0; index < 20; index++) await settle(index);
  await ask(20, 25);
  await new Promise((resolve) => setTimeout(resolve, 100));
  expect(backend.asked).toHaveLength(20);
  client.resume();
  for (let index = 20; index < 25; index++) await settle(index);
  for (let seqnum = 0; seqnum < 25; seqnum++)
    expect((await client.read(48 + length)).subarray(0, 48)).toEqual(submitted(seqnum, 0, length));
});

it("a client that asks for more than may be in flight is told that there is no memory", async () => {
  const backend = new ScriptedBackend();
  const { port } = await serve(backend);
  const client = await RawClient.importing(port, "1-1");
  const most = 64 * 1024 * 1024;
  for (const seqnum of [1, 2, 3]) client.send(submit({ seqnum, endpoint: 0x81, length: most }));
  expect(await client.read(48)).toEqual(submitted(3, -12, 0));
  for (let seqnum = 4; seqnum < 4 + 4096; seqnum++)
    client.send(submit({ seqnum, endpoint: 0x83, length: 0 }));
  expect(await client.read(96)).toEqual(Buffer.concat([submitted(4098, -12, 0), submitted(4099, -12, 0)]));
  expect(backend.asked).toHaveLength(4096);
});

/** A generator of numbers below 2³², the same for the same seed (mulberry32). */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return (mixed ^ (mixed >>> 14)) >>> 0;
  };
}

describe("bytes from a seed", () => {
  it("that are damaged here and there are commands or refused, however they are cut", () => {
    const random = randomFrom(20_261_124);
    let refused = 0;
    let taken = 0;
    for (let round = 0; round < 20_000; round++) {
      const length = random() % 64;
      const bytes = Buffer.concat([
        submit({
          seqnum: random(),
          endpoint: (random() % 2) * 0x80 + (random() % 16),
          packets: random() % 2 === 0 ? [] : [[0, length]],
          data: random() % 2 === 0 ? undefined : Buffer.alloc(length),
          length,
        } as Parameters<typeof submit>[0]),
        unlink(random(), random()),
      ]);
      for (let hits = random() % 4; hits > 0; hits--) bytes[random() % bytes.length] = random();
      const queue = new ByteQueue();
      try {
        for (let at = 0; at < bytes.length; ) {
          const piece = 1 + (random() % 60);
          queue.push(bytes.subarray(at, at + piece));
          at += piece;
          while (takeCommand(queue) !== undefined) taken++;
        }
        expect(queue.length).toBeLessThanOrEqual(bytes.length);
      } catch (error) {
        expect(error).toBeInstanceOf(ProtocolError);
        refused++;
      }
    }
    expect(taken).toBeGreaterThan(10_000);
    expect(refused).toBeGreaterThan(1000);
  });

  it("before an import are an operation or refused", () => {
    const random = randomFrom(7);
    for (let round = 0; round < 20_000; round++) {
      const bytes = Buffer.concat([words("01118003 00000000"), busid("1-1")]);
      for (let hits = random() % 4; hits > 0; hits--) bytes[random() % bytes.length] = random();
      const queue = new ByteQueue();
      queue.push(bytes.subarray(0, random() % 41));
      try {
        takeOperation(queue);
      } catch (error) {
        expect(error).toBeInstanceOf(ProtocolError);
      }
    }
  });

  it("from many clients at once bring nothing down", async () => {
    const each = await served();
    const random = randomFrom(42);
    for (let round = 0; round < 60; round++) {
      const client = await vi.waitFor(() => RawClient.importing(each.port, "1-1"));
      const pieces: Buffer[] = [];
      for (let seqnum = 1; seqnum <= 30; seqnum++) {
        const address = [0x00, 0x80, 0x01, 0x81, 0x83, 0x03, 0x84, 0x04, 0x85][random() % 9] ?? 0;
        const setup = Buffer.from(Array.from({ length: 8 }, () => random() & 0xff)).toString("hex");
        const length = random() % 600;
        const data = address < 0x80 ? Buffer.alloc(length, seqnum) : undefined;
        pieces.push(submit({ seqnum, endpoint: address, length, setup, ...(data && { data }) }));
        if (random() % 3 === 0) pieces.push(unlink(1000 + seqnum, 1 + (random() % seqnum)));
      }
      const bytes = Buffer.concat(pieces);
      if (round % 2 === 1) bytes[random() % bytes.length] = random();
      client.send(bytes);
      await client.flush();
      if (random() % 2 === 0) client.halfClose();
      else client.leave();
    }
    await vi.waitFor(() => expectAlive(each));
  });
});

it("a handler of events that throws is an uncaught exception and stops nothing", async () => {
  const uncaught = vi.fn();
  const before = process.listeners("uncaughtException");
  process.removeAllListeners("uncaughtException").on("uncaughtException", uncaught);
  try {
    const { serveUsbip } = await import("../src/index.js");
    const onEvent = () => {
      throw new Error("in the handler");
    };
    await using server = await serveUsbip({ backend: new ScriptedBackend(), port: 0, onEvent });
    const client = await RawClient.importing(server.port, "1-1");
    client.leave();
    await vi.waitFor(() => expect(uncaught).toHaveBeenCalledTimes(2));
  } finally {
    process.removeAllListeners("uncaughtException");
    for (const each of before) process.on("uncaughtException", each);
  }
});
