// benchmark-server: exports the benchmark device from a thread of its own, and does to it what messages say.
import { benchmarkDevice, VirtualBus } from "@tsusb/backend-virtual";
import { serveCalls } from "./serve-calls.mjs";

const bus = new VirtualBus();
const device = bus.plug(benchmarkDevice());
await serveCalls(bus, {
  plug: () => void bus.plug(device),
  unplug: () => bus.unplug(device),
  send: (endpoint, bytes) => device.send(endpoint, bytes),
});
