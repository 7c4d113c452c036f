import { parentPort } from "node:worker_threads";
import { serveUsbip } from "@tsusb/backend-usbip";
import { getBackend } from "@tsusb/backend-virtual";

/**
 * Exports the devices of a virtual bus from this thread, and answers the messages of whoever made it.
 *
 * @param bus - The bus.
 * @param calls - What messages may ask for, by name, besides `port`, `events` and `close`.
 */
export async function serveCalls(bus, calls) {
  const events = [];
  const backend = await getBackend({ bus });
  const server = await serveUsbip({ backend, port: 0, onEvent: ({ type }) => events.push(type) });
  const all = { ...calls, port: () => server.port, events: () => events, close: () => server.close() };
  parentPort.on("message", async ({ id, name, words }) => {
    try {
      parentPort.postMessage({ id, value: await all[name](...words) });
    } catch (error) {
      parentPort.postMessage({ id, error: String(error) });
    }
  });
}
