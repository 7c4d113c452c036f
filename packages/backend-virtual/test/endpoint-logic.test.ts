import { describe, expect, it } from "vitest";
import { type EndpointDeclaration, VirtualDevice } from "../src/index.js";
import { plug } from "./plug.js";

const IDS = { idVendor: 0x1209, idProduct: 0x0003 };

async function plugged(...endpoints: readonly EndpointDeclaration[]) {
  const virtual = new VirtualDevice({ ...IDS, endpoints });
  return { virtual, ...(await plug(virtual)) };
}

/** Resolves when it is told to. */
function gate() {
  let open: () => void = () => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { open, opened };
}

describe("echo: true", () => {
  it("on a device is a loopback in one line", async () => {
    const { device } = await plug(new VirtualDevice({ ...IDS, echo: true }));
    await device.write(0x01, "hello");
    expect(new TextDecoder().decode(await device.read(0x81, 64))).toBe("hello");
  });

  it("on an OUT endpoint sends back on the IN endpoint of the same number", async () => {
    const type = "interrupt" as const;
    const { device } = await plugged(
      { bEndpointAddress: 0x03, type, echo: true },
      { bEndpointAddress: 0x83, type },
    );
    await device.write(0x03, [1, 2, 3]);
    expect([...(await device.read(0x83, 64))]).toEqual([1, 2, 3]);
  });
});

describe("an IN endpoint", () => {
  it("sends the messages of a generator, each when the host waits for it", async () => {
    const asked: number[] = [];
    const { device } = await plugged({
      bEndpointAddress: 0x81,
      async *messages() {
        for (let value = 1; value <= 2; value++) {
          asked.push(value);
          yield Uint8Array.of(value);
        }
      },
    });
    expect([...(await device.read(0x81, 64))]).toEqual([1]);
    expect(asked).toEqual([1]);
    expect([...(await device.read(0x81, 64))]).toEqual([2]);
    await expect(device.read(0x81, 64, 20)).rejects.toMatchObject({ code: "ETIMEDOUT" });
  });

  it("sends what any iterable has", async () => {
    const { device } = await plugged({
      bEndpointAddress: 0x81,
      messages: [Uint8Array.of(7), Uint8Array.of(8)],
    });
    expect([...(await device.read(0x81, 64)), ...(await device.read(0x81, 64))]).toEqual([7, 8]);
  });

  it("calls a generator anew when its alternate setting is selected, and ends the old one", async () => {
    const ended: number[] = [];
    let calls = 0;
    const { device } = await plugged({
      bEndpointAddress: 0x81,
      async *messages() {
        const call = ++calls;
        try {
          for (;;) yield Uint8Array.of(call);
        } finally {
          ended.push(call);
        }
      },
    });
    expect([...(await device.read(0x81, 64))]).toEqual([1]);
    await device.setInterfaceAltsetting(0, 0);
    expect([...(await device.read(0x81, 64))]).toEqual([2]);
    expect(ended).toEqual([1]);
  });

  it("fails the transfer with what its generator throws, and has nothing more", async () => {
    const bug = new Error("a bug in the test's device");
    const { device } = await plugged({
      bEndpointAddress: 0x81,
      // biome-ignore lint/correctness/useYield: it throws before it has anything.
      async *messages() {
        throw bug;
      },
    });
    await expect(device.read(0x81, 64)).rejects.toMatchObject({ code: "ERR_USB_BACKEND", cause: bug });
    await expect(device.read(0x81, 64, 20)).rejects.toMatchObject({ code: "ETIMEDOUT" });
  });

  it("tells the next transfer of what its code threw when nobody waited any more", async () => {
    const { open, opened } = gate();
    const bug = new Error("a bug in the test's device");
    const { device } = await plugged({
      bEndpointAddress: 0x81,
      provide: () => opened.then(() => Promise.reject(bug)),
    });
    await expect(device.read(0x81, 64, 20)).rejects.toMatchObject({ code: "ETIMEDOUT" });
    open();
    await expect(device.read(0x81, 64)).rejects.toMatchObject({ code: "ERR_USB_BACKEND", cause: bug });
  });

  it("may answer later, and what comes after the host has gone is for the next one", async () => {
    const { open, opened } = gate();
    const { device } = await plugged({
      bEndpointAddress: 0x81,
      provide: () => opened.then(() => Uint8Array.of(5)),
    });
    await expect(device.read(0x81, 64, 20)).rejects.toMatchObject({ code: "ETIMEDOUT" });
    open();
    expect([...(await device.read(0x81, 64))]).toEqual([5]);
  });

  it("is asked again after wake()", async () => {
    let value: Uint8Array | undefined;
    const { device, virtual } = await plugged({ bEndpointAddress: 0x81, provide: () => value });
    const read = device.read(0x81, 64);
    value = Uint8Array.of(3);
    virtual.wake();
    expect([...(await read)]).toEqual([3]);
  });

  it("halts if its code answers with a stall", async () => {
    const { device } = await plugged({ bEndpointAddress: 0x81, provide: () => "stall" });
    await expect(device.read(0x81, 64)).rejects.toMatchObject({ code: "EPIPE" });
  });

  it("halts behind what is queued if it is told so, and goes on behind the halt when that is cleared", async () => {
    const { device, virtual } = await plugged({ bEndpointAddress: 0x81 });
    virtual.send(0x81, Uint8Array.of(1));
    virtual.halt(0x81, { afterQueued: true });
    virtual.send(0x81, Uint8Array.of(2));
    expect([...(await device.read(0x81, 64))]).toEqual([1]);
    await expect(device.read(0x81, 64)).rejects.toMatchObject({ code: "EPIPE" });
    await device.clearHalt(0x81);
    expect([...(await device.read(0x81, 64))]).toEqual([2]);
  });
});

describe("an OUT endpoint", () => {
  it("makes the host wait until its promise settles, one transfer at a time", async () => {
    const { open, opened } = gate();
    const seen: number[] = [];
    const { device } = await plugged({
      bEndpointAddress: 0x01,
      receive: async (data) => {
        seen.push(...data);
        await opened;
        return data.byteLength;
      },
    });
    await expect(device.write(0x01, [1], 20)).rejects.toMatchObject({ code: "ETIMEDOUT" });
    const second = device.write(0x01, [2]);
    expect(seen).toEqual([1]);
    open();
    expect(await second).toBe(1);
    expect(seen).toEqual([1, 2]);
  });

  it("fails the transfer with what its promise rejects with", async () => {
    const bug = new Error("a bug in the test's device");
    const receive = () => Promise.reject(bug);
    const { device } = await plugged({ bEndpointAddress: 0x01, receive });
    await expect(device.write(0x01, [1])).rejects.toMatchObject({ code: "ERR_USB_BACKEND", cause: bug });
  });

  it("writes to a stream and makes the host wait while that is full, also after it was selected again", async () => {
    const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>();
    const { device } = await plugged({ bEndpointAddress: 0x01, receive: writable });
    await device.write(0x01, [1]);
    await device.setInterfaceAltsetting(0, 0);
    await expect(device.write(0x01, [2], 20)).rejects.toMatchObject({ code: "ETIMEDOUT" });
    const reader = readable.getReader();
    expect([...((await reader.read()).value ?? [])]).toEqual([1]);
  });
});

describe("a table of control requests", () => {
  it("answers with the first row that fits, and refuses what none fits", async () => {
    const control = [
      { bmRequestType: 0xc0, bRequest: 1, wValue: 7, answer: Uint8Array.of(7) },
      { bmRequestType: 0xc0, bRequest: 1, answer: () => Uint8Array.of(1) },
      { bmRequestType: 0x40, bRequest: 2 },
      { bmRequestType: 0xc0, bRequest: 3, answer: "stall" },
    ] as const;
    const { device } = await plug(new VirtualDevice({ ...IDS, control }));
    expect([...(await device.ctrlTransfer(0xc0, 1, 7, 0, 1))]).toEqual([7]);
    expect([...(await device.ctrlTransfer(0xc0, 1, 8, 0, 1))]).toEqual([1]);
    expect(await device.ctrlTransfer(0x40, 2, 0, 0, [1, 2])).toBe(2);
    await expect(device.ctrlTransfer(0xc0, 3, 0, 0, 1)).rejects.toMatchObject({ code: "EPIPE" });
    await expect(device.ctrlTransfer(0xc0, 2, 0, 0, 1)).rejects.toMatchObject({ code: "EPIPE" });
  });
});
