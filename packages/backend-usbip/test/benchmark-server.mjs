// benchmark-server: exports the benchmark device from a thread of its own, and does to it what messages say.
import { parentPort } from "node:worker_threads";
import { serveUsbip } from "@tsusb/backend-usbip";
import { benchmarkDevice, getBackend, VirtualBus } from "@tsusb/backend-virtual";

const events = [];
const bus = new VirtualBus();
const device = bus.plug(benchmarkDevice());
const backend = await getBackend({ bus });
const server = await serveUsbip({ backend, port: 0, onEvent: ({ type }) => events.push(type) });

const calls = {
  port: () => server.port,
  plug: () => void bus.plug(device),
  unplug: () => bus.unplug(device),
  send: (endpoint, bytes) => device.send(endpoint, bytes),
  events: () => events,
  close: () => server.close(),
};

parentPort.on("message", async ({ id, name, words }) => {
  try {
    parentPort.postMessage({ id, value: await calls[name](...words) });
  } catch (error) {
    parentPort.postMessage({ id, error: String(error) });
  }
});
