import { createServer, type Server } from "node:net";
import type { BackendDevice, BackendWatch, IBackend } from "@tsusb/core/backend";
import { Connection } from "./connection.js";
import type { Exporter } from "./exporter.js";
import type { UsbipEvent } from "./usbip-event.js";

/** Most clients at once; more are turned away. Ours. */
const MOST_CONNECTIONS = 256;

/** A device that a server exports now. */
export interface ExportedDeviceInfo {
  /** What `usbip attach --busid` takes: `"1-2.3"`. */
  readonly busid: string;
  /** The device, as the backend lists it. */
  readonly device: BackendDevice;
}

/** A running USB/IP server. {@link serveUsbip} makes it. */
export class UsbipServer {
  /** Where it listens: a loopback address. */
  readonly host: string;
  readonly #exporter: Exporter;
  readonly #server: Server;
  readonly #onEvent: (event: UsbipEvent) => void;
  readonly #connections = new Set<Connection>();
  #watch: BackendWatch | undefined;
  #closing: Promise<void> | undefined;

  /** @param onEvent - What it throws is an uncaught exception and ends nothing here. */
  constructor(host: string, exporter: Exporter, onEvent: (event: UsbipEvent) => void) {
    this.host = host;
    this.#exporter = exporter;
    this.#onEvent = onEvent;
    this.#server = createServer({ allowHalfOpen: true }, (socket) => {
      const connection = new Connection(socket, exporter, (event) => this.#emit(event));
      this.#connections.add(connection);
      void connection.closed.then(() => this.#connections.delete(connection));
    });
    this.#server.maxConnections = MOST_CONNECTIONS;
    this.#server.on("drop", (from) => {
      const client = `${from?.remoteAddress}:${from?.remotePort}`;
      const reason = `was one more than ${MOST_CONNECTIONS} at once`;
      this.#emit({ type: "dropped", client, busid: undefined, reason });
    });
  }

  /** Port where it listens; 0 before and after. */
  get port(): number {
    const address = this.#server.address();
    return address !== null && typeof address === "object" ? address.port : 0;
  }

  /**
   * Begins to listen.
   *
   * @param port - 0 takes a free one.
   * @throws What `node:net` gives.
   */
  async listen(port: number, backend: IBackend): Promise<void> {
    this.#watch = await backend.watch(({ type, device }) => {
      if (type === "unplug") for (const connection of this.#connections) connection.unplug(device);
    });
    try {
      await new Promise<void>((resolve, reject) => {
        this.#server.once("error", reject);
        this.#server.listen({ host: this.host, port, exclusive: true }, () => {
          this.#server.off("error", reject);
          resolve();
        });
      });
    } catch (error) {
      await this.#watch.close();
      throw error;
    }
    // Accepting may fail later, for want of file descriptors; that client is lost, and nothing else.
    this.#server.on("error", (error) =>
      this.#emit({ type: "failed", client: "unknown", busid: undefined, reason: `accept: ${error}`, error }),
    );
  }

  /** Lists what it exports now; devices that are plugged later come by themselves. I/O: asks the operating system. */
  async devices(): Promise<readonly ExportedDeviceInfo[]> {
    return (await this.#exporter.list()).map(({ busid, device }) => ({ busid, device }));
  }

  /** Unplugs every client, gives every device back and frees the port. The backend stays open. Idempotent. */
  close(): Promise<void> {
    this.#closing ??= this.#end();
    return this.#closing;
  }

  /** {@link UsbipServer.close}. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #end(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    const connections = [...this.#connections];
    for (const connection of connections) connection.end("the server was closed");
    await Promise.all([closed, this.#watch?.close(), ...connections.map((each) => each.closed)]);
  }

  #emit(event: UsbipEvent): void {
    try {
      this.#onEvent(event);
    } catch (error) {
      process.nextTick(() => {
        throw error;
      });
    }
  }
}
