import type { Endpoint } from "@tsusb/core";
import { describe, expect, it } from "vitest";
import { fixture, settle } from "./fixture.js";

async function endpointOf(address: number, endpoints?: Parameters<typeof fixture>[0]) {
  const made = await fixture(endpoints);
  const endpoint = made.device.configurations[0]?.interfaces
    .flatMap((each) => each.endpoints)
    .find((each) => each.bEndpointAddress === address);
  if (endpoint === undefined) throw new Error(`no endpoint ${address}`);
  return { ...made, endpoint };
}

/** An endpoint that counts its transfers: each brings one byte, the next number. */
function counting(until: number) {
  let next = 0;
  return { endpoints: { 133: () => (next < until ? { bytes: [next++] } : undefined) } };
}

async function collect(endpoint: Endpoint, count: number): Promise<number[]> {
  const bytes: number[] = [];
  for await (const chunk of endpoint.stream({ transferSize: 512 })) {
    bytes.push(...chunk);
    if (bytes.length >= count) break;
  }
  return bytes;
}

describe("a stream", () => {
  it("gives chunks in order, and leaving the loop ends it and gives the endpoint back", async () => {
    const { backend, endpoint, device } = await endpointOf(0x85, counting(1000));
    expect(await collect(endpoint, 50)).toEqual(Array.from({ length: 50 }, (_, at) => at));
    expect(backend.pending()).toEqual([]);
    await device.releaseInterface(2);
  });

  it("holds its endpoint: others are refused with EBUSY", async () => {
    const { endpoint, device } = await endpointOf(0x85, counting(10));
    const stream = endpoint.stream({ transferSize: 512 });
    await stream.read();
    await expect(device.read(0x85, 512)).rejects.toMatchObject({ code: "EBUSY" });
    await expect(endpoint.stream().read()).rejects.toMatchObject({ code: "EBUSY" });
    await expect(device.setConfiguration(2)).rejects.toMatchObject({ code: "EBUSY" });
    await stream.close();
    expect(stream.stats()).toMatchObject({ inFlight: 0 });
  });

  it("delivers what arrived before the error", async () => {
    let sent = 0;
    const { endpoint } = await endpointOf(0x85, {
      endpoints: { 133: () => (sent < 3 ? { bytes: [sent++] } : { status: "stall" }) },
    });
    const stream = endpoint.stream({ transferSize: 512, transfers: 2 });
    expect([...((await stream.read()) ?? [])]).toEqual([0]);
    expect([...((await stream.read()) ?? [])]).toEqual([1]);
    expect([...((await stream.read()) ?? [])]).toEqual([2]);
    await expect(stream.read()).rejects.toMatchObject({ code: "EPIPE" });
    expect(await stream.read()).toBeUndefined();
  });

  it("delivers what arrived before it rejects because of the signal", async () => {
    const { endpoint } = await endpointOf(0x85, counting(2));
    const controller = new AbortController();
    const stream = endpoint.stream({ transferSize: 512, signal: controller.signal });
    expect([...((await stream.read()) ?? [])]).toEqual([0]);
    await settle();
    controller.abort();
    expect([...((await stream.read()) ?? [])]).toEqual([1]);
    await expect(stream.read()).rejects.toMatchObject({ code: "ABORT_ERR" });
  });

  it("ends when the device is closed", async () => {
    const { endpoint, device } = await endpointOf(0x85, counting(1));
    const stream = endpoint.stream({ transferSize: 512 });
    expect([...((await stream.read()) ?? [])]).toEqual([0]);
    const last = stream.read();
    await device.close();
    expect(await last).toBeUndefined();
  });

  it("refuses a second reader and goes on for the first", async () => {
    const { backend, endpoint } = await endpointOf(0x85);
    const stream = endpoint.stream({ transferSize: 512 });
    const first = stream.read();
    await settle();
    await expect(stream.read()).rejects.toMatchObject({ code: "EBUSY" });
    backend.pending()[0]?.settle({ bytes: [1] });
    expect([...((await first) ?? [])]).toEqual([1]);
    await stream.close();
  });

  it("that was closed before its first byte ends without opening the device", async () => {
    const { backend, endpoint } = await endpointOf(0x85);
    const stream = endpoint.stream({ transferSize: 512 });
    await stream.close();
    expect(await stream.read()).toBeUndefined();
    expect(backend.log).toEqual([]);
  });

  it("marks the device as gone when it finds it so", async () => {
    const { backend, plugged, endpoint, device } = await endpointOf(0x85);
    const read = endpoint.stream({ transferSize: 512 }).read();
    await settle();
    backend.unplug(plugged);
    await expect(read).rejects.toMatchObject({ code: "ENODEV" });
    expect(device.isGone).toBe(true);
  });

  it("tells the backend that chunks may be lent, if the caller allows it", async () => {
    const { backend, endpoint } = await endpointOf(0x85, counting(100));
    const asked: unknown[] = [];
    const openStream = backend.openStream.bind(backend);
    backend.openStream = (handle, request) => {
      asked.push(request.borrow);
      return openStream(handle, request);
    };
    for (const borrow of [true, false, undefined]) {
      await using stream = endpoint.stream({ transferSize: 512, borrow });
      await stream.read();
    }
    expect(asked).toEqual([true, undefined, undefined]);
  });

  it("names packetLengths that are no array", async () => {
    const { endpoint } = await endpointOf(0x86);
    expect(() => endpoint.stream({ packetLengths: 100 as never })).toThrow(/packetLengths/);
  });

  it("is a Web Stream too, with BYOB readers", async () => {
    const { endpoint } = await endpointOf(0x85, counting(100));
    const { readable } = endpoint.stream({ transferSize: 512 });
    const reader = readable.getReader({ mode: "byob" });
    const { value } = await reader.read(new Uint8Array(16));
    expect(value?.[0]).toBe(0);
    await reader.cancel();
  });
});

describe("a stream of an isochronous endpoint", () => {
  /** Two packets of 100 bytes; of the second one only a byte comes. */
  const answer = () => ({
    bytes: new Uint8Array(200).fill(7),
    packets: [
      { status: "completed", offset: 0, length: 100 },
      { status: "error", offset: 100, length: 1 },
    ] as const,
  });
  const endless = { endpoints: { 134: answer } };
  const options = { transferSize: 200, bufferSize: 400 };

  it("gives packets and bytes by turns, and the packets are an iterable of their own", async () => {
    const { backend, endpoint } = await endpointOf(0x86, endless);
    const stream = endpoint.stream(options);
    expect(stream.stats()).toMatchObject({ packets: 0, missed: 0 });
    expect((await stream.read())?.byteLength).toBe(101);
    for await (const { data, packets } of stream.packets) {
      expect(data.byteLength).toBe(200);
      expect(packets).toEqual(answer().packets);
      if (stream.stats().transfers > 5) break;
    }
    const { transfers, packets, missed } = stream.stats();
    expect([packets, missed]).toEqual([2 * transfers, transfers]);
    expect(backend.pending()).toEqual([]);
  });

  it("does not tear a transfer apart that readInto has begun", async () => {
    const { endpoint } = await endpointOf(0x86, endless);
    await using stream = endpoint.stream(options);
    expect(await stream.readInto(new Uint8Array(60))).toBe(60);
    await expect(stream.readPackets()).rejects.toMatchObject({ code: "EBUSY" });
    expect(await stream.readInto(new Uint8Array(60))).toBe(41);
    expect((await stream.readPackets())?.packets).toHaveLength(2);
  });

  it("is refused its packets where the endpoint has none, or the backend tells of none", async () => {
    const bulk = (await endpointOf(0x85, counting(1))).endpoint.stream({ transferSize: 512 });
    await expect(bulk.readPackets()).rejects.toThrow(TypeError);
    expect([...((await bulk.read()) ?? [])]).toEqual([0]);
    await bulk.close();
    const { backend, endpoint } = await endpointOf(0x86, endless);
    backend.openStream = async () => ({
      read: async () => undefined,
      close: async () => undefined,
      stats: () => ({ bytes: 0, transfers: 0, inFlight: 0, starved: 0, buffered: 0, megabytesPerSecond: 0 }),
    });
    await expect(endpoint.stream().readPackets()).rejects.toMatchObject({ code: "ENOSYS" });
  });
});

describe("a sink of an isochronous endpoint", () => {
  async function recording(options: Parameters<Endpoint["sink"]>[0]) {
    const sent: (readonly number[])[] = [];
    const made = await endpointOf(0x06, {
      endpoints: {
        6: ({ request }) => {
          sent.push(request.packetLengths ?? []);
          const packets = request.packetLengths?.map((length, index) => ({
            status: index === 1 ? ("error" as const) : ("completed" as const),
            offset: 0,
            length,
          }));
          return packets === undefined ? {} : { packets };
        },
      },
    });
    return { sent, sink: made.endpoint.sink(options) };
  }

  it("sends packets of the lengths asked for, however it is written to", async () => {
    const { sent, sink } = await recording({ packetLengths: [100, 50] });
    await sink.write(new Uint8Array(70));
    expect(sink.stats().buffered).toBe(70);
    for (const length of [70, 1, 400, 59]) await sink.write(new Uint8Array(length));
    await sink.flush();
    expect(sent).toEqual(Array(4).fill([100, 50]));
    await sink.write(new Uint8Array(120));
    await sink.end();
    expect(sent.slice(4)).toEqual([[100, 20]]);
    expect(sink.stats()).toMatchObject({ bytes: 720, packets: 10, missed: 5, buffered: 0 });
  });

  it("cuts a transfer that is no multiple of the packet size into packets that fit it", async () => {
    const { sent, sink } = await recording({ transferSize: 250 });
    await sink.write(new Uint8Array(500));
    await sink.end();
    expect(sent).toEqual([
      [100, 100, 50],
      [100, 100, 50],
    ]);
  });

  it("has no zero-length packet at its end, and says so", async () => {
    const { sink } = await recording({});
    await expect(sink.end({ zlp: true })).rejects.toThrow(TypeError);
    await sink.end();
  });
});

describe("a sink", () => {
  it("sends in order, flushes, and gives the endpoint back at its end", async () => {
    const sent: number[] = [];
    const { endpoint, device } = await endpointOf(0x01, {
      endpoints: {
        1: (transfer) => {
          sent.push(...(transfer.sent ?? []));
          return {};
        },
      },
    });
    const sink = endpoint.sink({ transferSize: 512 });
    const data = Uint8Array.from({ length: 3000 }, (_, at) => at & 0xff);
    await sink.write(data.subarray(0, 1000));
    await sink.write(data.subarray(1000));
    await sink.flush();
    expect(sent).toEqual([...data]);
    await expect(device.write(0x01, [1])).rejects.toMatchObject({ code: "EBUSY" });
    await sink.end();
    expect(await device.write(0x01, [1])).toBe(1);
    await expect(sink.write([1])).rejects.toMatchObject({ code: "ERR_USB_CLOSED" });
  });

  it("tells the error of an earlier transfer", async () => {
    const { endpoint } = await endpointOf(0x01, { endpoints: { 1: "stall" } });
    const sink = endpoint.sink();
    await sink.write([1, 2, 3]);
    await expect(sink.flush()).rejects.toMatchObject({ code: "EPIPE" });
    await sink.close();
  });

  it("is ended by the device's close though its end waits for a device that takes nothing", async () => {
    const { backend, endpoint, device } = await endpointOf(0x01, { endpoints: {} });
    const sink = endpoint.sink();
    await sink.write([1, 2, 3]);
    const ended = expect(sink.end()).rejects.toMatchObject({ code: "ERR_USB_CLOSED" });
    await settle();
    await device.close();
    await ended;
    expect(backend.handles.size).toBe(0);
    expect(backend.pending()).toEqual([]);
  });

  it("is ended by its signal though its end waits for a device that takes nothing", async () => {
    const { backend, endpoint, device } = await endpointOf(0x01, { endpoints: {} });
    const controller = new AbortController();
    const sink = endpoint.sink({ signal: controller.signal });
    await sink.write([1, 2, 3]);
    const ended = expect(sink.end()).rejects.toMatchObject({ code: "ABORT_ERR" });
    await settle();
    controller.abort();
    await ended;
    expect(backend.pending()).toEqual([]);
    await device.releaseInterface(0);
  });

  it("ends once, however often it is told to", async () => {
    const { backend, endpoint } = await endpointOf(0x01, { endpoints: {} });
    const sink = endpoint.sink();
    await sink.write([1, 2, 3]);
    const both = Promise.all([sink.end(), sink.end()]);
    await settle();
    backend.pending()[0]?.settle({});
    await both;
    expect(backend.transfers[0]?.cancels).toBe(0);
  });

  it("does not keep the device open by failing to close", async () => {
    const { backend, endpoint, device } = await endpointOf(0x01, { endpoints: {} });
    backend.openSink = async () => ({
      write: async () => undefined,
      flush: async () => undefined,
      end: async () => undefined,
      close: () => Promise.reject(new Error("no")),
      stats: () => ({ bytes: 0, transfers: 0, inFlight: 0, starved: 0, buffered: 0, megabytesPerSecond: 0 }),
    });
    await endpoint.sink().write([1]);
    await device.close();
    expect(device.isOpen).toBe(false);
    expect(backend.handles.size).toBe(0);
  });
});
