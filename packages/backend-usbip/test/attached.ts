import { serveUsbip, type UsbipEvent, type UsbipServer } from "@tsusb/backend-usbip";
import { getBackend, VirtualBus, type VirtualDevice } from "@tsusb/backend-virtual";
import { AttachedDevice, type AttachOptions } from "../../../testbed/guest/attached-device.js";

/** A virtual device that the guest's kernel has, with the server in between. */
export interface Attached {
  readonly bus: VirtualBus;
  readonly server: UsbipServer;
  readonly events: readonly UsbipEvent[];
  /** As the kernel has it now; another one after {@link Attached.attach}. */
  readonly kernel: AttachedDevice;
  /** Attaches it again. */
  attach(): Promise<AttachedDevice>;
  close(): Promise<void>;
}

/** Plugs a virtual device into the guest's kernel. @param below - See {@link AttachOptions}. */
export async function attach(device: VirtualDevice, below?: AttachOptions["below"]): Promise<Attached> {
  const bus = new VirtualBus();
  bus.plug(device);
  const events: UsbipEvent[] = [];
  const backend = await getBackend({ bus });
  const server = await serveUsbip({ backend, port: 0, onEvent: (event) => events.push(event) });
  const options = { port: server.port, busid: "1-1", ...(below && { below }) };
  const attached = {
    bus,
    server,
    events,
    kernel: await AttachedDevice.attach(options),
    async attach() {
      attached.kernel = await AttachedDevice.attach(options);
      return attached.kernel;
    },
    async close() {
      await server.close();
      await attached.kernel.gone();
      await backend.close();
    },
  };
  return attached;
}
