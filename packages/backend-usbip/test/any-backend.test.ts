import { describe, expect, it, onTestFinished, vi } from "vitest";
import { busid, RawClient, submit, submitted, unlink, unlinked, words } from "./raw-client.js";
import { failure, ScriptedBackend } from "./scripted-backend.js";
import { type Served, serve } from "./served.js";

const SET_ALTERNATE_1 = "010b0100 00000000";

async function scripted(
  supports: ConstructorParameters<typeof ScriptedBackend>[0] = {},
): Promise<Served & { backend: ScriptedBackend; client: RawClient }> {
  const backend = new ScriptedBackend(supports);
  const served = await serve(backend);
  return { ...served, backend, client: await RawClient.importing(served.port, "1-1") };
}

describe("isochronous transfers", () => {
  it("come in without gaps, with the packets' own lengths and states", async () => {
    const { backend, client } = await scripted();
    client.send(
      submit({ seqnum: 1, endpoint: 0, setup: SET_ALTERNATE_1 }),
      submit({
        seqnum: 14,
        endpoint: 0x82,
        flags: 0x202,
        length: 256,
        packets: [
          [0, 64],
          [64, 64],
          [128, 64],
          [192, 64],
        ],
      }),
    );
    const { request, settle } = await backend.transfer(0);
    expect(request).toEqual({
      type: "isochronous",
      endpoint: 0x82,
      length: 256,
      packetLengths: [64, 64, 64, 64],
      timeout: 0,
    });
    const data = new Uint8Array(256).fill(0xee);
    data.set([1, 2, 3], 0);
    data.set([4], 192);
    settle({
      status: "completed",
      length: 4,
      data,
      packets: [
        { status: "completed", offset: 0, length: 3 },
        { status: "completed", offset: 64, length: 0 },
        { status: "error", offset: 128, length: 0 },
        { status: "completed", offset: 192, length: 1 },
      ],
    });
    await client.read(48);
    expect((await client.read(48 + 4 + 64)).toString("hex")).toBe(
      words(`00000003 0000000e 00000000 00000000 00000000 00000000 00000004 00000000 00000004 00000001
             00000000 00000000 01020304
             00000000 00000040 00000003 00000000
             00000040 00000040 00000000 00000000
             00000080 00000040 00000000 ffffffb9
             000000c0 00000040 00000001 00000000`).toString("hex"),
    );
  });

  it("go out packet by packet, from wherever they lie in the buffer", async () => {
    const { backend, client } = await scripted();
    client.send(
      submit({ seqnum: 1, endpoint: 0, setup: SET_ALTERNATE_1 }),
      submit({
        seqnum: 2,
        endpoint: 0x02,
        data: Buffer.from("abcdef"),
        packets: [
          [0, 1],
          [3, 3],
        ],
      }),
    );
    const { request, settle } = await backend.transfer(0);
    expect(request.packetLengths).toEqual([1, 3]);
    expect(Buffer.from(request.data ?? []).toString()).toBe("adef");
    settle({
      status: "completed",
      length: 4,
      packets: [
        { status: "completed", offset: 0, length: 1 },
        { status: "completed", offset: 1, length: 3 },
      ],
    });
    await client.read(48);
    expect((await client.read(80)).toString("hex")).toBe(
      words(`00000003 00000002 00000000 00000000 00000000 00000000 00000004 00000000 00000002 00000000
             00000000 00000000
             00000000 00000001 00000001 00000000
             00000003 00000003 00000003 00000000`).toString("hex"),
    );
  });

  it("of which the backend says nothing are failed packets, not a broken stream", async () => {
    const { backend, client } = await scripted();
    client.send(
      submit({ seqnum: 1, endpoint: 0, setup: SET_ALTERNATE_1 }),
      submit({ seqnum: 2, endpoint: 0x82, length: 64, packets: [[0, 64]] }),
      submit({ seqnum: 3, endpoint: 0x80, length: 1, setup: "80080000 00000100" }),
    );
    (await backend.transfer(0)).settle({ status: "completed", length: 999_999 });
    (await backend.transfer(1)).settle({ status: "completed", length: 1, data: Uint8Array.of(1) });
    await client.read(48);
    const answers = await client.read(64 + 49);
    expect(answers.includes(words("00000000 00000040 00000000 ffffffb9"))).toBe(true);
  });
});

describe("a backend that lies", () => {
  it.each([
    { length: 5000, data: new Uint8Array(5000).fill(1), sent: 8 },
    { length: 5000, data: new Uint8Array(3).fill(1), sent: 3 },
    { length: -1, data: new Uint8Array(8).fill(1), sent: 0 },
    { length: Number.NaN, data: new Uint8Array(8).fill(1), sent: 0 },
    { length: 5, sent: 0 },
  ])("about lengths ($length) sends $sent bytes and no more", async ({ sent, ...result }) => {
    const { backend, client } = await scripted();
    client.send(submit({ seqnum: 1, endpoint: 0x81, length: 8 }));
    (await backend.transfer(0)).settle({ status: "completed", ...result });
    const expected = Buffer.concat([submitted(1, 0, sent), Buffer.alloc(sent, 1)]);
    expect(await client.read(expected.length)).toEqual(expected);
    client.send(unlink(2, 1));
    expect(await client.read(48)).toEqual(unlinked(2, 0));
  });

  it("by throwing, or with a result that is none, is a failed transfer", async () => {
    const { backend, client, event } = await scripted();
    client.send(submit({ seqnum: 1, endpoint: 0x81, length: 8 }));
    (await backend.transfer(0)).settle(undefined as never);
    expect(await client.read(48)).toEqual(submitted(1, -71, 0));
    backend.refuses.set("submit", new Error("a bug"));
    client.send(submit({ seqnum: 2, endpoint: 0x81, length: 8 }));
    expect(await client.read(48)).toEqual(submitted(2, -71, 0));
    expect((await event("failed")).reason).toContain("endpoint 0x81");
  });
});

describe("claims", () => {
  it("are made on first use, once, and given back with the device", async () => {
    const { backend, client, event } = await scripted();
    expect(backend.calls).toEqual(["open"]);
    for (const seqnum of [1, 2]) client.send(submit({ seqnum, endpoint: 0x81, length: 8 }));
    client.send(submit({ seqnum: 3, endpoint: 0x83, length: 8 }));
    await backend.transfer(2);
    expect(backend.calls).toEqual(["open", "claim 0", "claim 1"]);
    client.leave();
    await event("released");
    expect(backend.calls.at(-1)).toBe("close");
  });

  it("are made for requests to an interface, but not for a vendor's", async () => {
    const { backend, client } = await scripted();
    client.send(
      submit({ seqnum: 1, endpoint: 0x80, length: 1, setup: "c1010000 01000100" }),
      submit({ seqnum: 2, endpoint: 0x80, length: 1, setup: "a1010000 01000100" }),
      submit({ seqnum: 3, endpoint: 0x80, length: 1, setup: "810a0000 09000100" }),
    );
    for (const index of [0, 1, 2]) {
      (await backend.transfer(index)).settle({ status: "stall", length: 0 });
      await client.read(48);
    }
    expect(backend.calls).toEqual(["open", "claim 1"]);
  });

  it("that fail fail the transfer that needs them, and no other one", async () => {
    const { backend, client, event } = await scripted();
    backend.refuses.set("claim 0", failure("EBUSY"));
    client.send(
      submit({ seqnum: 1, endpoint: 0x81, length: 8 }),
      submit({ seqnum: 2, endpoint: 0x83, length: 8 }),
    );
    (await backend.transfer(0)).settle({ status: "completed", length: 1, data: Uint8Array.of(7) });
    expect(await client.read(97)).toEqual(
      Buffer.concat([submitted(1, -16, 0), submitted(2, 0, 1), Uint8Array.of(7)]),
    );
    expect((await event("failed")).reason).toMatch(/^claim interface 0: .*EBUSY/);
  });

  it("can be waited for in vain: an unlink takes the transfer out", async () => {
    const { backend, client } = await scripted();
    let go = (): void => {};
    backend.holds.set(
      "claim 0",
      new Promise((resolve) => {
        go = resolve;
      }),
    );
    client.send(submit({ seqnum: 1, endpoint: 0x81, length: 8 }), unlink(2, 1));
    expect(await client.read(48)).toEqual(unlinked(2, -104));
    go();
    client.send(submit({ seqnum: 3, endpoint: 0x81, length: 8 }));
    (await backend.transfer(0)).settle({ status: "completed", length: 0, data: new Uint8Array(0) });
    expect(await client.read(48)).toEqual(submitted(3, 0, 0));
  });

  it("are released before another configuration is selected, and the system's drivers taken off", async () => {
    const { backend, client, event } = await scripted({ kernelDriver: true });
    client.send(submit({ seqnum: 1, endpoint: 0x83, length: 8 }));
    (await backend.transfer(0)).settle({ status: "completed", length: 0, data: new Uint8Array(0) });
    await client.read(48);
    client.send(submit({ seqnum: 2, endpoint: 0, setup: "00090100 00000000" }));
    expect(await client.read(48)).toEqual(submitted(2, 0, 0));
    expect(backend.calls).toEqual([
      ...["open", "detach 1", "claim 1"],
      ...["release 1", "detach 0", "configuration 1"],
    ]);
    client.leave();
    await event("released");
    expect(backend.calls.slice(6)).toEqual(["attach 1", "attach 0", "close"]);
  });
});

describe("a backend that cannot", () => {
  it("clear halts gets the request itself", async () => {
    const { backend, client } = await scripted();
    client.send(submit({ seqnum: 1, endpoint: 0, setup: "02010000 81000000" }));
    const { request, settle } = await backend.transfer(0);
    expect(request.setup).toEqual({ bmRequestType: 2, bRequest: 1, wValue: 0, wIndex: 0x81, wLength: 0 });
    settle({ status: "completed", length: 0 });
    expect(await client.read(48)).toEqual(submitted(1, 0, 0));
  });

  it("cancel one transfer alone is given one at a time", async () => {
    const { backend, client } = await scripted({ cancel: "endpoint" });
    for (const seqnum of [1, 2, 3]) client.send(submit({ seqnum, endpoint: 0x81, length: 8 }));
    client.send(unlink(9, 1), unlink(10, 3));
    expect(await client.read(96)).toEqual(Buffer.concat([unlinked(10, -104), unlinked(9, -104)]));
    (await backend.transfer(1)).settle({ status: "completed", length: 1, data: Uint8Array.of(2) });
    expect(await client.read(49)).toEqual(Buffer.concat([submitted(2, 0, 1), Uint8Array.of(2)]));
    expect(backend.asked).toHaveLength(2);
  });

  it("cancel at all is asked for short transfers, whose bytes are kept", async () => {
    const { backend, client } = await scripted({ cancel: "none" });
    client.send(submit({ seqnum: 1, endpoint: 0x81, length: 128 }));
    const first = await backend.transfer(0);
    expect(first.request.timeout).toBeGreaterThan(0);
    first.settle({ status: "timedOut", length: 64, data: new Uint8Array(64).fill(1) });
    const second = await backend.transfer(1);
    expect(second.request.length).toBe(64);
    second.settle({ status: "completed", length: 2, data: Uint8Array.of(2, 2) });
    expect(await client.read(48 + 66)).toEqual(
      Buffer.concat([submitted(1, 0, 66), Buffer.alloc(64, 1), Buffer.alloc(2, 2)]),
    );
    client.send(submit({ seqnum: 2, endpoint: 0x81, length: 8 }), unlink(3, 2));
    (await backend.transfer(2)).settle({ status: "timedOut", length: 0, data: new Uint8Array(0) });
    expect(await client.read(48)).toEqual(unlinked(3, -104));
  });
});

describe("an import", () => {
  it.each([
    { code: "EBUSY", status: "00000002" },
    { code: "EACCES", status: "00000003" },
    { code: "ENODEV", status: "00000004" },
  ] as const)("that the backend refuses with $code is refused with $status", async ({ code, status }) => {
    const backend = new ScriptedBackend();
    backend.refuses.set("open", failure(code));
    const { port, event } = await serve(backend);
    const client = await RawClient.to(port);
    client.send(words("01118003 00000000"), busid("1-1"));
    expect(await client.rest()).toEqual(words(`01110003 ${status}`));
    expect((await event("refused")).reason).toContain(code);
  });

  it("of a device that cannot be read is refused, and the list goes on without it", async () => {
    const backend = new ScriptedBackend();
    backend.refuses.set("getDeviceDescriptor", failure("EIO"));
    const { port } = await serve(backend);
    const client = await RawClient.to(port);
    client.send(words("01118003 00000000"), busid("1-1"));
    expect(await client.rest()).toEqual(words("01110003 00000003"));
    const other = await RawClient.to(port);
    other.send(words("01118005 00000000"));
    expect(await other.rest()).toEqual(words("01110005 00000000 00000000"));
  });

  it("and a list that the backend cannot give are answered as failed, each in its own way", async () => {
    const backend = new ScriptedBackend();
    const { port, event } = await serve(backend);
    backend.enumerateDevices = () => Promise.reject(failure("EIO"));
    const [one, other] = [await RawClient.to(port), await RawClient.to(port)];
    one.send(words("01118005 00000000"));
    expect(await one.rest()).toEqual(words("01110005 00000005"));
    other.send(words("01118003 00000000"), busid("1-1"));
    expect(await other.rest()).toEqual(words("01110003 00000005"));
    expect((await event("failed")).reason).toContain("EIO");
  });

  it("whose client leaves meanwhile is given back", async () => {
    const backend = new ScriptedBackend();
    let go = (): void => {};
    backend.holds.set(
      "open",
      new Promise((resolve) => {
        go = resolve;
      }),
    );
    const { port, event } = await serve(backend);
    const client = await RawClient.to(port);
    client.send(words("01118003 00000000"), busid("1-1"));
    await client.flush();
    while (backend.calls.length === 0) await new Promise(setImmediate);
    client.leave();
    go();
    await event("released");
    expect(backend.calls).toEqual(["open", "close"]);
  });

  it("ends when the backend finds the device gone, however many transfers say so", async () => {
    const { backend, client, event } = await scripted();
    const warned = vi.fn();
    process.on("warning", warned);
    onTestFinished(() => {
      process.off("warning", warned);
    });
    for (let seqnum = 1; seqnum <= 30; seqnum++) client.send(submit({ seqnum, endpoint: 0x81, length: 8 }));
    await backend.transfer(29);
    for (const each of backend.asked) each.settle({ status: "noDevice", length: 0 });
    expect((await client.rest()).subarray(0, 48)).toEqual(submitted(1, -108, 0));
    expect((await event("released")).reason).toBe("the device is gone");
    expect(warned).not.toHaveBeenCalled();
  });

  it("whose descriptors are nonsense is exported as far as they go", async () => {
    const backend = new ScriptedBackend();
    backend.configuration = Uint8Array.of(9, 2, 255, 255, 200, 1, 0, 0x80, 50, 0, 4, 7, 5, 9, 4);
    const { port } = await serve(backend);
    const client = await RawClient.importing(port, "1-1");
    client.send(submit({ seqnum: 1, endpoint: 0x81, length: 8 }));
    expect(await client.read(48)).toEqual(submitted(1, -2, 0));
  });
});
