import { type BackendDevice, type IBackend, USBError } from "@tsusb/core/backend";
import { Exporter } from "./exporter.js";
import { loopbackAddress } from "./loopback.js";
import { USBIP_PORT } from "./protocol.js";
import { UsbipServer } from "./server.js";
import type { UsbipEvent } from "./usbip-event.js";

/** What {@link serveUsbip} takes. */
export interface UsbipServerOptions {
  /** Whose devices are exported. It stays the caller's, and must stay open until the server is closed. */
  readonly backend: IBackend;
  /** Which of them; default all. Hubs are never exported. Asked again whenever a client asks. */
  readonly filter?: ((device: BackendDevice) => boolean) | undefined;
  /** Where to listen: a loopback address and no other; default `"127.0.0.1"`. */
  readonly host?: string | undefined;
  /** Port; default 3240, USB/IP's own; 0 takes a free one. */
  readonly port?: number | undefined;
  /** Told of what happens, for a log; default nothing. */
  readonly onEvent?: ((event: UsbipEvent) => void) | undefined;
}

/**
 * Exports the devices of a backend to USB/IP clients on this machine, such as Linux' `usbip attach`.
 *
 * I/O: listens on a TCP port, which keeps the process alive until the server is closed; opens a device when a client
 * imports it and claims its interfaces as the client uses them.
 *
 * @throws RangeError if `host` is not a loopback address, or for a port that cannot be.
 * @throws TypeError if there is no backend.
 * @throws {@link USBError} `EBUSY` if the port is in use, `EACCES` if the system does not let this user have it, `EIO`
 *   if it cannot be had for another reason.
 */
export async function serveUsbip(options: UsbipServerOptions): Promise<UsbipServer> {
  const { backend, filter = () => true, host = "127.0.0.1", port = USBIP_PORT, onEvent = () => {} } = options;
  if (typeof backend?.enumerateDevices !== "function")
    throw new TypeError("serveUsbip: backend is missing; pass what a backend package's getBackend() gave");
  if (!Number.isInteger(port) || port < 0 || port > 0xffff)
    throw new RangeError(`serveUsbip: port ${port} is not a whole number from 0 to 65535`);
  const server = new UsbipServer(loopbackAddress(host), new Exporter(backend, filter), onEvent);
  try {
    await server.listen(port, backend);
  } catch (error) {
    throw listenError(error, server.host, port);
  }
  return server;
}

function listenError(error: unknown, host: string, port: number): unknown {
  if (USBError.is(error)) return error;
  const where = `serveUsbip: port ${port} on ${host}`;
  switch ((error as NodeJS.ErrnoException).code) {
    case "EADDRINUSE":
      return new USBError(`${where} is in use`, {
        code: "EBUSY",
        hint: "stop what listens there, often usbipd; or pass port: 0 and tell the client: usbip --tcp-port PORT attach",
        cause: error,
      });
    case "EACCES":
      return new USBError(`${where}: access denied`, {
        code: "EACCES",
        hint: "ports below 1024 are the system's; take a higher one",
        cause: error,
      });
    default:
      return new USBError(`${where}: ${error instanceof Error ? error.message : error}`, {
        code: "EIO",
        cause: error,
      });
  }
}
