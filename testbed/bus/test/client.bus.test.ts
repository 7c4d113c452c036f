import { existsSync } from "node:fs";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { BusClient } from "../client.js";

describe("BusClient", () => {
  let bus: BusClient;
  beforeEach(async () => {
    bus = await BusClient.connect();
  });
  afterEach(() => bus.close());

  const stick = {
    id: "stick",
    bus: 9,
    port: "1",
    product: "Stick",
    configurations: [
      { interfaces: [{ endpoints: [{ bEndpointAddress: 0x81, bmAttributes: "interrupt" }] }] },
    ],
    endpoints: { "0x81": { packets: ["010203"] } },
  };

  it("plugs a new device behind a new root hub, unplugs and replugs it", async () => {
    await bus.plug(stick);
    expect(await bus.inspect("stick")).toMatchObject({ name: "9-1", bus: 9, address: 2, configuration: 1 });
    expect(existsSync("/sys/bus/usb/devices/9-1:1.0")).toBe(true);
    await bus.unplug("stick");
    await expect(bus.inspect("stick")).rejects.toThrow("no such device is plugged");
    await bus.replug("stick");
    expect((await bus.inspect("stick")).address).toBe(3);
    await bus.unplug("usb9");
    expect(existsSync("/sys/bus/usb/devices/9-1")).toBe(false);
  });

  it("rejects what the bus refuses, and goes on", async () => {
    await expect(bus.fault("zero", { endpoint: 0x01, do: "short", bytes: 1 })).rejects.toThrow(
      "IN endpoints",
    );
    await expect(bus.plug({ ...stick, id: "second", bus: 1, port: "1" })).rejects.toThrow("in use");
    await expect(bus.plug({ ...stick, colour: "red" })).rejects.toThrow(TypeError);
    expect((await bus.inspect("zero")).name).toBe("1-1");
  });

  it("answers commands in their order", async () => {
    const reports = await Promise.all(["zero", "keyboard", "usb1"].map((id) => bus.inspect(id)));
    expect(reports.map((report) => report.name)).toEqual(["1-1", "1-2", "usb1"]);
  });

  it("rejects when the connection is closed", async () => {
    bus.close();
    await expect(bus.inspect("zero")).rejects.toThrow("closed");
  });
});
