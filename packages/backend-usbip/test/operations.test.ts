import { gadgetZero, getBackend, VirtualBus, VirtualDevice } from "@tsusb/backend-virtual";
import { expect, it, onTestFinished, vi } from "vitest";
import { serveUsbip } from "../src/index.js";
import { busid, RawClient, submit, words } from "./raw-client.js";
import { serve } from "./served.js";

/** gadgetZero() on port 1 of bus 1, as struct usbip_usb_device has it. */
const path = (name: string): Buffer => Buffer.from(`/sys/devices/tsusb/${name}`.padEnd(256, "\0"), "latin1");
const GADGET_ZERO = Buffer.concat([
  path("1-1"),
  busid("1-1"),
  words("00000001 00000001 00000003 1209 0001 0100 ff 00 00 01 02 03"),
]);

it("lists every device with its interfaces, then closes", async () => {
  const { bus, port } = await serve();
  bus.plug(gadgetZero());
  bus.plug(new VirtualDevice({ idVendor: 0x1209, idProduct: 0x0002, speed: "super", bcdDevice: 0x0203 }));
  const client = await RawClient.to(port);
  client.send(words("01118005 00000000"));
  expect(await client.rest()).toEqual(
    Buffer.concat([
      words("01110005 00000000 00000002"),
      GADGET_ZERO,
      words("ff000000 ff000000 ff000000"),
      path("1-2"),
      busid("1-2"),
      words("00000001 00000002 00000005 1209 0002 0203 00 00 00 01 01 01"),
      words("ff000000"),
    ]),
  );
});

it("lists nothing where nothing is plugged", async () => {
  const { port } = await serve();
  const client = await RawClient.to(port);
  client.send(words("01118005 00000000"));
  expect(await client.rest()).toEqual(words("01110005 00000000 00000000"));
});

it("answers a client that has closed its own side already", async () => {
  const { port } = await serve();
  const client = await RawClient.to(port);
  client.send(words("01118005 00000000"));
  client.halfClose();
  expect(await client.rest()).toEqual(words("01110005 00000000 00000000"));
});

it("hands a device over, without interfaces, and takes commands", async () => {
  const { bus, port, event } = await serve();
  bus.plug(gadgetZero());
  const client = await RawClient.to(port);
  client.send(words("01118003 00000000"), busid("1-1"));
  expect(await client.read(320)).toEqual(Buffer.concat([words("01110003 00000000"), GADGET_ZERO]));
  expect((await event("imported")).busid).toBe("1-1");
});

it("understands a request that comes byte by byte, with the first command behind it", async () => {
  const { bus, port } = await serve();
  bus.plug(gadgetZero());
  const client = await RawClient.to(port);
  const command = submit({ seqnum: 1, endpoint: 0x80, flags: 0x200, length: 18, setup: "80060001 00001200" });
  for (const byte of Buffer.concat([words("01118003 00000000"), busid("1-1"), command])) {
    client.send(Uint8Array.of(byte));
    await client.flush();
  }
  await client.read(320);
  expect((await client.read(66)).subarray(48)).toEqual(words("12010002 ff000040 09120100 00010102 0302"));
});

it("refuses a device that is not there, and one whose name is not ended, each in its own way", async () => {
  const { port, events, event } = await serve();
  const asking = await RawClient.to(port);
  asking.send(words("01118003 00000000"), busid("9-9"));
  expect(await asking.rest()).toEqual(words("01110003 00000004"));
  expect((await event("refused")).busid).toBe("9-9");
  const wild = await RawClient.to(port);
  wild.send(words("01118003 00000000"), Buffer.alloc(32, 0x31));
  expect(await wild.rest()).toHaveLength(0);
  expect(events.at(-1)).toMatchObject({ type: "dropped", reason: "sent a bus id without a NUL at its end" });
});

it("gives a device to one client at a time, and to the next one when the first has left", async () => {
  const { bus, port, event } = await serve();
  bus.plug(gadgetZero());
  const first = await RawClient.importing(port, "1-1");
  const second = await RawClient.to(port);
  second.send(words("01118003 00000000"), busid("1-1"));
  expect(await second.rest()).toEqual(words("01110003 00000002"));
  first.leave();
  await event("released");
  await RawClient.importing(port, "1-1");
});

it("lets the next client wait while the device is still given back", async () => {
  const { bus, port } = await serve();
  bus.plug(gadgetZero());
  for (let round = 0; round < 4; round++) {
    const client = await RawClient.importing(port, "1-1");
    client.send(submit({ seqnum: 1, endpoint: 0x85, length: 512 }));
    client.leave();
    // The server may see the new client before it sees that the old one has left.
    await vi.waitFor(() => RawClient.importing(port, "1-1").then((next) => next.leave()));
  }
});

it("serves several devices to several clients, and one that is plugged later", async () => {
  const { bus, port } = await serve();
  const device = (idProduct: number) =>
    bus.plug(new VirtualDevice({ idVendor: 0x1209, idProduct, control: () => Uint8Array.of(idProduct) }));
  device(1);
  device(2);
  const clients = [await RawClient.importing(port, "1-1"), await RawClient.importing(port, "1-2")];
  device(3);
  clients.push(await RawClient.importing(port, "1-3"));
  for (const [index, client] of clients.entries()) {
    const devnum = index + 1;
    client.send(submit({ seqnum: 7, devnum, endpoint: 0x80, length: 1, setup: "c0010000 00000100" }));
    expect((await client.read(49)).at(-1)).toBe(devnum);
  }
});

it("ends the connection when the device is unplugged", async () => {
  const { bus, port, event } = await serve();
  const device = bus.plug(gadgetZero());
  const client = await RawClient.importing(port, "1-1");
  bus.unplug(device);
  expect(await client.rest()).toHaveLength(0);
  expect((await event("released")).reason).toBe("the device was unplugged");
});

it("exports what the filter lets through and nothing else", async () => {
  const bus = new VirtualBus();
  const backend = await getBackend({ bus });
  bus.plug(gadgetZero());
  bus.plug(new VirtualDevice({ idVendor: 0x1209, idProduct: 0x0002 }));
  bus.plug(new VirtualDevice({ idVendor: 0x1209, idProduct: 0x0003, bDeviceClass: 0x09 }));
  await using server = await serveUsbip({
    backend,
    port: 0,
    filter: ({ idProduct }) => idProduct !== 1,
  });
  expect((await server.devices()).map((each) => each.busid)).toEqual(["1-2"]);
  const client = await RawClient.to(server.port);
  client.send(words("01118003 00000000"), busid("1-1"));
  expect(await client.rest()).toEqual(words("01110003 00000004"));
});

it.each(["0.0.0.0", "::", "192.168.1.1", "example.org", "127.0.0.1.example.org", "::ffff:127.0.0.1", ""])(
  "refuses to listen on %j, which other machines might reach",
  async (host) => {
    const backend = await getBackend({ bus: new VirtualBus() });
    await expect(serveUsbip({ backend, host, port: 0 })).rejects.toThrow(RangeError);
    await expect(serveUsbip({ backend, host, port: 0 })).rejects.toThrow(/authentication/);
  },
);

it.each(["127.0.0.1", "127.1.2.3", "localhost"])("listens on %j", async (host) => {
  await using server = await serveUsbip({
    backend: await getBackend({ bus: new VirtualBus() }),
    host,
    port: 0,
  });
  expect(server.host).toMatch(/^127\./);
  expect(server.port).toBeGreaterThan(0);
});

it("says what to do if the port is in use", async () => {
  const { port } = await serve();
  const backend = await getBackend({ bus: new VirtualBus() });
  const error = await serveUsbip({ backend, port }).catch((reason: unknown) => reason);
  expect(error).toMatchObject({ code: "EBUSY", hint: expect.stringContaining("usbip --tcp-port") });
});

it.each([-1, 1.5, 65_536, Number.NaN])("refuses the port %d", async (port) => {
  const backend = await getBackend({ bus: new VirtualBus() });
  await expect(serveUsbip({ backend, port })).rejects.toThrow(RangeError);
});

it("unplugs every client, gives every device back and frees the port when it is closed", async () => {
  const bus = new VirtualBus();
  bus.plug(gadgetZero());
  const backend = await getBackend({ bus });
  const server = await serveUsbip({ backend, port: 0 });
  const { port } = server;
  const client = await RawClient.importing(port, "1-1");
  client.send(submit({ seqnum: 1, endpoint: 0x85, length: 512 }));
  const idle = await RawClient.to(port);
  await Promise.all([server.close(), server.close()]);
  expect(await client.rest()).toHaveLength(0);
  expect(await idle.rest()).toHaveLength(0);
  await expect(RawClient.to(port)).rejects.toThrow(/ECONNREFUSED/);
  const again = await serveUsbip({ backend, port });
  await RawClient.importing(port, "1-1");
  await again.close();
});

it("drops a client that asks for nothing", async () => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  onTestFinished(() => {
    vi.useRealTimers();
  });
  const { port, event } = await serve();
  const client = await RawClient.to(port);
  client.send(words("0111"));
  await client.flush();
  await vi.waitFor(() => expect(vi.getTimerCount()).toBe(1));
  vi.advanceTimersByTime(10_000);
  expect(await client.rest()).toHaveLength(0);
  expect((await event("dropped")).reason).toBe("asked for nothing for 10 s");
});
