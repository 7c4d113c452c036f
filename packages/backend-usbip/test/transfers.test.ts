import { gadgetZero, VirtualDevice } from "@tsusb/backend-virtual";
import type { ControlSetup } from "@tsusb/core/backend";
import { describe, expect, it, vi } from "vitest";
import { RawClient, submit, submitted, unlink, unlinked, words } from "./raw-client.js";
import { type Served, serve } from "./served.js";

const EPIPE = -32;
const ECONNRESET = -104;
const EREMOTEIO = -121;

async function gadget(): Promise<Served & { client: RawClient; device: VirtualDevice }> {
  const served = await serve();
  const device = served.bus.plug(gadgetZero());
  return { ...served, device, client: await RawClient.importing(served.port, "1-1") };
}

describe("control transfers", () => {
  it("answer as captured from Linux: the device descriptor", async () => {
    const { client } = await gadget();
    client.send(
      words(`00000001 00000001 00010001 00000001 00000000 00000200 00000040 00000000 00000000 00000000
             80060001 00004000`),
    );
    expect(await client.read(66)).toEqual(
      Buffer.concat([
        words(`00000003 00000001 00000000 00000000 00000000 00000000 00000012 00000000 ffffffff 00000000
               00000000 00000000`),
        words("12010002 ff000040 09120100 00010102 0302"),
      ]),
    );
  });

  it("answer as captured from Linux: a stall", async () => {
    const { client } = await gadget();
    client.send(submit({ seqnum: 10, endpoint: 0x80, length: 5, setup: "8006000f 00000500" }));
    expect(await client.read(48)).toEqual(
      words(`00000003 0000000a 00000000 00000000 00000000 ffffffe0 00000000 00000000 ffffffff 00000000
             00000000 00000000`),
    );
  });

  it("carry data both ways", async () => {
    const { client } = await gadget();
    const sent = Buffer.from("some bytes to keep");
    client.send(submit({ seqnum: 1, endpoint: 0, data: sent, setup: "405b0000 00001200" }));
    expect(await client.read(48)).toEqual(submitted(1, 0, 18));
    client.send(submit({ seqnum: 2, endpoint: 0x80, length: 18, setup: "c05c0000 00001200" }));
    expect(await client.read(48)).toEqual(submitted(2, 0, 18));
    expect(await client.read(18)).toEqual(sent);
  });

  it("that fall short of what may not be short say so, with their bytes", async () => {
    const { client } = await gadget();
    client.send(submit({ seqnum: 1, endpoint: 0x80, flags: 0x201, length: 64, setup: "80060001 00004000" }));
    expect(await client.read(48)).toEqual(submitted(1, EREMOTEIO, 18));
    expect(await client.read(18)).toEqual(words("12010002 ff000040 09120100 00010102 0302"));
  });

  it("whose length belies their setup packet are refused", async () => {
    const { client } = await gadget();
    client.send(submit({ seqnum: 1, endpoint: 0x80, length: 65, setup: "80060001 00004000" }));
    client.send(submit({ seqnum: 2, endpoint: 0, data: Buffer.alloc(64), setup: "80060001 00004000" }));
    expect(await client.read(96)).toEqual(Buffer.concat([submitted(1, -22, 0), submitted(2, -22, 0)]));
  });
});

describe("standard requests that change the state", () => {
  it("SET_ADDRESS is taken and never sent", async () => {
    const seen: ControlSetup[] = [];
    const { bus, port } = await serve();
    bus.plug(new VirtualDevice({ idVendor: 1, idProduct: 1, control: (setup) => void seen.push(setup) }));
    const client = await RawClient.importing(port, "1-1");
    client.send(submit({ seqnum: 1, endpoint: 0, setup: "00050900 00000000" }));
    expect(await client.read(48)).toEqual(submitted(1, 0, 0));
    expect(seen).toEqual([]);
  });

  it("SET_CONFIGURATION selects, also what other commands behind it need", async () => {
    const { client, device } = await gadget();
    client.send(
      submit({ seqnum: 1, endpoint: 0, setup: "00090200 00000000" }),
      submit({ seqnum: 2, endpoint: 0x84, length: 512 }),
      submit({ seqnum: 3, endpoint: 0x81, length: 512 }),
    );
    expect(await client.read(48)).toEqual(submitted(1, 0, 0));
    const rest = await client.read(48 + 512 + 48);
    // Configuration 2 has a source and no loopback.
    expect(rest.includes(submitted(2, 0, 512))).toBe(true);
    expect(rest.includes(submitted(3, -2, 0))).toBe(true);
    expect(device.configurationValue).toBe(2);
    client.send(submit({ seqnum: 4, endpoint: 0, setup: "00090000 00000000" }));
    expect(await client.read(48)).toEqual(submitted(4, 0, 0));
    expect(device.configurationValue).toBe(0);
  });

  it("that the device does not have are stalls", async () => {
    const { client, event } = await gadget();
    client.send(
      submit({ seqnum: 1, endpoint: 0, setup: "00090700 00000000" }),
      submit({ seqnum: 2, endpoint: 0, setup: "010b0900 00000000" }),
    );
    expect(await client.read(96)).toEqual(Buffer.concat([submitted(1, EPIPE, 0), submitted(2, EPIPE, 0)]));
    expect((await event("failed")).reason).toContain("select configuration 7");
  });

  it("SET_INTERFACE selects what the endpoints behind it belong to", async () => {
    const { client } = await gadget();
    const message = Buffer.from("interrupt");
    client.send(
      submit({ seqnum: 1, endpoint: 0x03, data: message }),
      submit({ seqnum: 2, endpoint: 0, setup: "010b0100 01000000" }),
      submit({ seqnum: 3, endpoint: 0x03, data: message }),
      submit({ seqnum: 4, endpoint: 0x83, length: 64 }),
    );
    expect(await client.read(96)).toEqual(Buffer.concat([submitted(1, -2, 0), submitted(2, 0, 0)]));
    expect(await client.read(48)).toEqual(submitted(3, 0, 9));
    expect(await client.read(57)).toEqual(Buffer.concat([submitted(4, 0, 9), message]));
  });

  it("CLEAR_FEATURE(ENDPOINT_HALT) ends a halt", async () => {
    const { client, device } = await gadget();
    device.halt(0x84);
    client.send(submit({ seqnum: 1, endpoint: 0x84, length: 512 }));
    expect(await client.read(48)).toEqual(submitted(1, EPIPE, 0));
    client.send(
      submit({ seqnum: 2, endpoint: 0, setup: "02010000 84000000" }),
      submit({ seqnum: 3, endpoint: 0x84, length: 512 }),
    );
    expect(await client.read(96)).toEqual(Buffer.concat([submitted(2, 0, 0), submitted(3, 0, 512)]));
  });

  it("a reset of the port resets the device", async () => {
    const { client, device } = await gadget();
    device.send(0x81, Buffer.from("old"));
    client.send(submit({ seqnum: 1, endpoint: 0, setup: "23030400 01000000" }));
    expect(await client.read(48)).toEqual(submitted(1, 0, 0));
    expect(device.queued(0x81)).toBe(0);
  });

  it("end what waits on the endpoints that they change", async () => {
    const { client } = await gadget();
    client.send(
      submit({ seqnum: 1, endpoint: 0x85, length: 512 }),
      submit({ seqnum: 2, endpoint: 0, setup: "00090100 00000000" }),
    );
    expect(await client.read(96)).toEqual(Buffer.concat([submitted(1, ECONNRESET, 0), submitted(2, 0, 0)]));
  });
});

describe("bulk and interrupt transfers", () => {
  it("bring back what was sent, in order", async () => {
    const { client } = await gadget();
    for (let seqnum = 1; seqnum <= 40; seqnum += 2) {
      const data = Buffer.alloc(seqnum * 3, seqnum);
      client.send(submit({ seqnum: seqnum + 1, endpoint: 0x81, length: 512 }));
      client.send(submit({ seqnum, endpoint: 0x01, data }));
    }
    const answers = new Map<number, Buffer>();
    while (answers.size < 40) {
      const header = await client.read(48);
      const seqnum = header.readUInt32BE(4);
      const isRead = seqnum % 2 === 0;
      answers.set(seqnum, isRead ? await client.read(header.readUInt32BE(24)) : header);
    }
    const reads = [...answers].filter(([seqnum]) => seqnum % 2 === 0);
    expect(reads.map(([seqnum]) => seqnum)).toEqual(reads.map((_, index) => 2 * index + 2));
    for (const [seqnum, data] of reads) expect(data).toEqual(Buffer.alloc((seqnum - 1) * 3, seqnum - 1));
  });

  it("of ten megabytes arrive whole", async () => {
    const { bus, port } = await serve();
    const received: Buffer[] = [];
    const receive = (data: Uint8Array): number => {
      received.push(Buffer.from(data));
      return data.length;
    };
    bus.plug(
      new VirtualDevice({ idVendor: 1, idProduct: 1, endpoints: [{ bEndpointAddress: 0x01, receive }] }),
    );
    const client = await RawClient.importing(port, "1-1");
    const data = Buffer.alloc(10 * 1024 * 1024);
    for (let at = 0; at < data.length; at += 4) data.writeUInt32LE(at, at);
    client.send(submit({ seqnum: 1, endpoint: 0x01, data }));
    expect(await client.read(48)).toEqual(submitted(1, 0, data.length));
    expect(Buffer.concat(received).equals(data)).toBe(true);
  });

  it("end with a zero-length packet if they are told to", async () => {
    const { client } = await gadget();
    const data = Buffer.alloc(512, 1);
    client.send(
      submit({ seqnum: 1, endpoint: 0x01, flags: 0x40, data }),
      submit({ seqnum: 2, endpoint: 0x81, length: 512 }),
      submit({ seqnum: 3, endpoint: 0x81, length: 512 }),
    );
    expect(await client.read(48)).toEqual(submitted(1, 0, 512));
    expect(await client.read(48 + 512 + 48)).toEqual(
      Buffer.concat([submitted(2, 0, 512), data, submitted(3, 0, 0)]),
    );
  });

  it("that do not fit say that there was more", async () => {
    const { client, device } = await gadget();
    device.send(0x81, Buffer.alloc(20, 5));
    client.send(submit({ seqnum: 1, endpoint: 0x81, length: 8 }));
    const header = await client.read(48);
    expect(header.readInt32BE(20)).toBe(-75);
  });

  it("to an endpoint that is not there are refused", async () => {
    const { client } = await gadget();
    client.send(submit({ seqnum: 1, endpoint: 0x8f, length: 8 }));
    expect(await client.read(48)).toEqual(submitted(1, -2, 0));
  });

  it("with isochronous packets are refused", async () => {
    const { client } = await gadget();
    client.send(submit({ seqnum: 1, endpoint: 0x81, length: 8, packets: [[0, 8]] }));
    const reply = await client.read(64);
    expect(reply.readInt32BE(20)).toBe(-22);
    expect(reply.subarray(48)).toEqual(words("00000000 00000008 00000000 ffffffea"));
  });
});

describe("unlink", () => {
  it("of a transfer that waits is its only answer", async () => {
    const { client } = await gadget();
    client.send(submit({ seqnum: 11, endpoint: 0x85, length: 512 }), unlink(12, 11));
    expect(await client.read(48)).toEqual(
      words(`00000004 0000000c 00000000 00000000 00000000 ffffff98 00000000 00000000 00000000 00000000
             00000000 00000000`),
    );
    client.send(submit({ seqnum: 13, endpoint: 0x80, length: 1, setup: "80080000 00000100" }));
    expect(await client.read(49)).toEqual(Buffer.concat([submitted(13, 0, 1), Uint8Array.of(1)]));
    expect(client.unread).toBe(0);
  });

  it("of one that has ended, or never was, says so", async () => {
    const { client } = await gadget();
    client.send(submit({ seqnum: 1, endpoint: 0x80, length: 1, setup: "80080000 00000100" }));
    await client.read(49);
    client.send(unlink(2, 1), unlink(3, 999));
    expect(await client.read(96)).toEqual(Buffer.concat([unlinked(2, 0), unlinked(3, 0)]));
  });

  it("of one among many ends that one", async () => {
    const { client, device } = await gadget();
    for (let seqnum = 1; seqnum <= 3; seqnum++) client.send(submit({ seqnum, endpoint: 0x81, length: 512 }));
    client.send(unlink(9, 2));
    expect(await client.read(48)).toEqual(unlinked(9, ECONNRESET));
    device.send(0x81, Buffer.from("a"));
    device.send(0x81, Buffer.from("b"));
    expect(await client.read(98)).toEqual(
      Buffer.concat([submitted(1, 0, 1), Buffer.from("a"), submitted(3, 0, 1), Buffer.from("b")]),
    );
  });

  it("of a transfer that has bytes already gives both, the bytes first", async () => {
    const { client, device } = await gadget();
    const packet = Buffer.alloc(512, 7);
    device.send(0x81, packet);
    client.send(submit({ seqnum: 1, endpoint: 0x81, length: 1024 }));
    await vi.waitFor(() => expect(device.queued(0x81)).toBe(0));
    client.send(unlink(2, 1));
    expect(await client.read(48 + 512 + 48)).toEqual(
      Buffer.concat([submitted(1, ECONNRESET, 512), packet, unlinked(2, 0)]),
    );
  });

  it("of a control request that waits for another one takes it out", async () => {
    const { bus, port } = await serve();
    let answer: (bytes: Uint8Array) => void = () => {};
    const control = () =>
      new Promise<Uint8Array>((resolve) => {
        answer = resolve;
      });
    bus.plug(new VirtualDevice({ idVendor: 1, idProduct: 1, control }));
    const client = await RawClient.importing(port, "1-1");
    client.send(
      submit({ seqnum: 1, endpoint: 0x80, length: 1, setup: "c0010000 00000100" }),
      submit({ seqnum: 2, endpoint: 0x80, length: 1, setup: "c0010000 00000100" }),
      submit({ seqnum: 3, endpoint: 0, setup: "00090100 00000000" }),
      submit({ seqnum: 4, endpoint: 0x80, length: 1, setup: "c0010000 00000100" }),
      unlink(5, 2),
      unlink(6, 4),
    );
    expect(await client.read(96)).toEqual(Buffer.concat([unlinked(5, ECONNRESET), unlinked(6, ECONNRESET)]));
    answer(Uint8Array.of(9));
    expect(await client.read(97)).toEqual(
      Buffer.concat([submitted(1, 0, 1), Uint8Array.of(9), submitted(3, 0, 0)]),
    );
  });
});
