import { type Device, find } from "@tsusb/core";
import { afterEach, describe, expect, it } from "vitest";
import { type DeviceDeclaration, getBackend, VirtualBus, VirtualDevice } from "../src/index.js";

const bus = new VirtualBus();

async function plug(declaration: Partial<DeviceDeclaration>): Promise<[Device, VirtualDevice]> {
  const virtual = bus.plug(new VirtualDevice({ idVendor: 0x1209, idProduct: 0x0003, ...declaration }));
  const device = await find({ backend: await getBackend({ bus }), idProduct: 0x0003 });
  if (device === undefined) throw new Error("the device that was plugged is not found");
  return [device, virtual];
}

afterEach(async () => {
  bus.reset();
  await (await getBackend({ bus })).close();
});

describe("a declared device", () => {
  it("answers vendor requests from its handler, and is given what was sent", async () => {
    const seen: string[] = [];
    const [device] = await plug({
      control: ({ bRequest, wValue }, data) => {
        seen.push(`${bRequest} ${wValue} ${[...data]}`);
        return bRequest === 1 ? Uint8Array.of(21, 5) : undefined;
      },
    });
    expect([...(await device.ctrlTransfer(0xc0, 1, 7, 0, 8))]).toEqual([21, 5]);
    expect(await device.ctrlTransfer(0x40, 2, 0, 0, [1, 2, 3])).toBe(3);
    expect(seen).toEqual(["1 7 ", "2 0 1,2,3"]);
  });

  it("may answer later, and a late answer after a timeout harms nobody", async () => {
    const answers: ((bytes: Uint8Array) => void)[] = [];
    const [device] = await plug({ control: () => new Promise((resolve) => answers.push(resolve)) });
    await expect(device.ctrlTransfer(0xc0, 1, 0, 0, 8, 20)).rejects.toMatchObject({ code: "ETIMEDOUT" });
    const second = device.ctrlTransfer(0xc0, 1, 0, 0, 8);
    await expect.poll(() => answers.length).toBe(2);
    answers[0]?.(Uint8Array.of(1));
    answers[1]?.(Uint8Array.of(2));
    expect([...(await second)]).toEqual([2]);
  });

  it("refuses every vendor request without a handler", async () => {
    const [device] = await plug({});
    await expect(device.ctrlTransfer(0xc0, 1, 0, 0, 8)).rejects.toMatchObject({ code: "EPIPE" });
  });

  it("sends what its code queues, message by message", async () => {
    const [device, virtual] = await plug({ endpoints: [{ bEndpointAddress: 0x81, type: "interrupt" }] });
    virtual.send(0x81, Uint8Array.of(1, 2));
    virtual.send(0x81, Uint8Array.of(3));
    expect(virtual.queued(0x81)).toBe(3);
    expect([...(await device.read(0x81, 64))]).toEqual([1, 2]);
    expect([...(await device.read(0x81, 64))]).toEqual([3]);
  });

  it("ends a message of whole packets with a zero-length packet only if it says so", async () => {
    const [device, virtual] = await plug({ endpoints: [{ bEndpointAddress: 0x81, wMaxPacketSize: 64 }] });
    virtual.send(0x81, new Uint8Array(64), { zeroPacket: true });
    expect(await device.read(0x81, 256)).toHaveLength(64);
    virtual.send(0x81, new Uint8Array(64));
    virtual.send(0x81, new Uint8Array(1));
    expect(await device.read(0x81, 256)).toHaveLength(65);
  });

  it("is offered again what it did not take", async () => {
    let room = 10;
    const taken: number[] = [];
    const receive = (data: Uint8Array) => {
      const count = Math.min(room, data.byteLength);
      room -= count;
      if (count > 0) taken.push(count);
      return count;
    };
    const [device, virtual] = await plug({ endpoints: [{ bEndpointAddress: 0x01, receive }] });
    await expect(device.write(0x01, new Uint8Array(25), 20)).rejects.toMatchObject({
      code: "ETIMEDOUT",
      transferred: 10,
    });
    const write = device.write(0x01, new Uint8Array(25));
    room = 100;
    virtual.wake();
    expect(await write).toBe(25);
    expect(taken.reduce((sum, count) => sum + count)).toBe(35);
  });

  it("stalls a halted endpoint until the host clears it", async () => {
    const [device, virtual] = await plug({ endpoints: [{ bEndpointAddress: 0x81 }] });
    virtual.halt(0x81);
    await expect(device.read(0x81, 512)).rejects.toMatchObject({ code: "EPIPE" });
    await device.clearHalt(0x81);
    virtual.send(0x81, Uint8Array.of(9));
    expect([...(await device.read(0x81, 512))]).toEqual([9]);
  });

  it("rejects a transfer whose code throws, with what it threw", async () => {
    const bug = new Error("a bug in the test's device");
    const [device] = await plug({
      control: () => {
        throw bug;
      },
    });
    const request = device.ctrlTransfer(0xc0, 1, 0, 0, 8);
    await expect(request).rejects.toMatchObject({ code: "ERR_USB_BACKEND" });
  });

  it("may start unconfigured", async () => {
    const [device, virtual] = await plug({
      initialConfiguration: 0,
      endpoints: [{ bEndpointAddress: 0x81 }],
    });
    expect(await device.getActiveConfiguration()).toBeUndefined();
    await device.setConfiguration(1);
    expect(virtual.configurationValue).toBe(1);
  });

  it("has a BOS if it declares capabilities", async () => {
    const [device] = await plug({ capabilities: [Uint8Array.of(7, 16, 2, 2, 0, 0, 0)] });
    expect((await device.getBOS())?.capabilities).toMatchObject([
      { kind: "usb20Extension", bmAttributes: 2 },
    ]);
  });

  it("has SuperSpeed companions at super speed", async () => {
    const [device] = await plug({ speed: "super", endpoints: [{ bEndpointAddress: 0x81 }] });
    const endpoint = device.configurations[0]?.interfaces[0]?.endpoints[0];
    expect(endpoint).toMatchObject({ wMaxPacketSize: 1024, ssCompanion: { bMaxBurst: 0 } });
    expect(device.warnings).toEqual([]);
  });
});

describe("a declaration that no device could have", () => {
  const ids = { idVendor: 1, idProduct: 1 };
  it.each([
    [{ ...ids, idVendor: 0x10000 }, /idVendor is 65536; it can be 0 to 65535/],
    [{ ...ids, endpoints: [{ bEndpointAddress: 0x10 }] }, /bEndpointAddress is 16/],
    [{ ...ids, endpoints: [{ bEndpointAddress: 1 }, { bEndpointAddress: 1 }] }, /twice/],
    [{ ...ids, configurations: [{ interfaces: [{ alternates: [] }] }] }, /no alternate setting/],
    [{ ...ids, initialConfiguration: 9 }, /initialConfiguration is 9; it can be 0, 1/],
    [{ ...ids, speed: "low" as const, endpoints: [{ bEndpointAddress: 1 }] }, /bulk; at low speed/],
    [{ ...ids, endpoints: [{ bEndpointAddress: 1, type: "bluk" as "bulk" }] }, /bluk/],
    [
      { ...ids, endpoints: [{ bEndpointAddress: 1, provide: () => undefined }] },
      /OUT and has provide, which is for IN/,
    ],
  ])("is refused with the field and the remedy: %j", (declaration, message) => {
    expect(() => new VirtualDevice(declaration)).toThrow(message);
  });
});
