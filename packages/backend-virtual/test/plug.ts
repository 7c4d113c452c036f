import { type Device, find } from "@tsusb/core";
import { onTestFinished } from "vitest";
import { getBackend, VirtualBus, type VirtualDevice } from "../src/index.js";

/** Plugs a device into a bus of its own and finds it; the bus is emptied and the backend closed when the test is over. */
export async function plug(virtual: VirtualDevice): Promise<{ device: Device; bus: VirtualBus }> {
  const bus = new VirtualBus();
  bus.plug(virtual);
  const backend = await getBackend({ bus });
  onTestFinished(async () => {
    bus.reset();
    await backend.close();
  });
  const device = await find({ backend });
  if (device === undefined) throw new Error("the device that was plugged is not found");
  return { device, bus };
}
