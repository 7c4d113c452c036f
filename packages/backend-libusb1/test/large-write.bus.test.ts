import { type Device, find } from "@tsusb/core";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { BusClient } from "../../../testbed/bus/client.js";
import { getBackend, type LibUsb1Backend } from "../src/index.js";

/** Interface 2 of the played device: it takes everything. */
const SINK = 0x04;
/** Interface 0: what is written to OUT comes back on IN. */
const OUT = 0x01;
const IN = 0x81;
/** More than the system's memory for USB, which is 16 MiB. */
const LARGE = 20 << 20;

let bus: BusClient;
let backend: LibUsb1Backend;
let device: Device;

beforeEach(async () => {
  bus = await BusClient.connect();
  backend = await getBackend();
  const found = await find({ idVendor: 0x1209, idProduct: 0x0001, backend });
  if (found === undefined) throw new Error("the bus does not have the played device");
  device = await found.open();
});

afterEach(async () => {
  await bus.clearFaults("zero");
  await device.close();
  await backend.close();
  bus.close();
});

describe("a write of more than the system has memory for", () => {
  it("succeeds, and counts every byte", async () => {
    const endpoint = async () => (await bus.inspect("zero")).endpoints.find((each) => each.endpoint === SINK);
    const before = (await endpoint())?.bytes ?? 0;
    expect(await device.write(SINK, new Uint8Array(LARGE), { timeout: 20_000 })).toBe(LARGE);
    expect(((await endpoint())?.bytes ?? 0) - before).toBe(LARGE);
  });

  it("says how far it came if the device stalls", async () => {
    await bus.fault("zero", { endpoint: SINK, do: "stall", after: 2 });
    const write = device.write(SINK, new Uint8Array(LARGE), { timeout: 20_000 });
    await expect(write).rejects.toMatchObject({ code: "EPIPE", transferred: 8 << 20 });
    await device.clearHalt(SINK);
  });

  it("can be aborted half-way", async () => {
    await bus.fault("zero", { endpoint: SINK, do: "silent", after: 1 });
    const controller = new AbortController();
    const write = device.write(SINK, new Uint8Array(LARGE), { timeout: 0, signal: controller.signal });
    const submitted = async () =>
      (await bus.inspect("zero")).endpoints.find((each) => each.endpoint === SINK)?.pending;
    while ((await submitted()) !== 1) await new Promise((resolve) => setImmediate(resolve));
    controller.abort();
    await expect(write).rejects.toMatchObject({ code: "ABORT_ERR" });
  });

  it("keeps other writes of its endpoint behind it, and the bytes in order", async () => {
    const [large, small] = [new Uint8Array(9 << 20).fill(1), new Uint8Array(511).fill(2)];
    const endpoints = device.configurations[0]?.interfaces.flatMap((each) => each.endpoints);
    const stream = endpoints?.find(({ bEndpointAddress }) => bEndpointAddress === IN)?.stream();
    const writes = [device.write(OUT, large, 0), device.write(OUT, small, 0)];
    let bytes = 0;
    // The second write ends in a short packet, which ends the last transfer.
    while (bytes < large.length + small.length) {
      const chunk = (await stream?.read()) ?? expect.fail("the stream has ended");
      expect(chunk.findIndex((byte, at) => byte !== (bytes + at < large.length ? 1 : 2))).toBe(-1);
      bytes += chunk.length;
    }
    await stream?.close();
    expect(await Promise.all(writes)).toEqual([large.length, small.length]);
  });
});
