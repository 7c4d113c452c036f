import { getBackend, VirtualBus } from "@tsusb/backend-virtual";
import type { IBackend } from "@tsusb/core/backend";
import { onTestFinished } from "vitest";
import { serveUsbip, type UsbipEvent, type UsbipServer } from "../src/index.js";

/** A server on a free port, for the length of the test, with what happened on it. */
export interface Served {
  readonly bus: VirtualBus;
  readonly server: UsbipServer;
  readonly port: number;
  readonly events: readonly UsbipEvent[];
  /** Resolves to the next event of a type, or one that has happened already. */
  readonly event: (type: UsbipEvent["type"]) => Promise<UsbipEvent>;
}

/** Serves virtual devices, or those of another backend. */
export async function serve(other?: IBackend): Promise<Served> {
  const bus = new VirtualBus();
  const backend = other ?? (await getBackend({ bus }));
  const events: UsbipEvent[] = [];
  let wake: () => void = () => {};
  const onEvent = (event: UsbipEvent): void => {
    events.push(event);
    wake();
  };
  const server = await serveUsbip({ backend, port: 0, onEvent });
  onTestFinished(async () => {
    await server.close();
    await backend.close();
  });
  const event = async (type: UsbipEvent["type"]): Promise<UsbipEvent> => {
    for (;;) {
      const found = events.find((each) => each.type === type);
      if (found !== undefined) return found;
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
  };
  return { bus, server, port: server.port, events, event };
}
