import { USBError } from "../errors.js";
import type { IBackend } from "./backend.js";
import type { BackendDevice, BackendDeviceEvent, BackendWatch } from "./backend-device.js";

/** Milliseconds between two enumerations. */
const INTERVAL = 1000;

/** The default of {@link IBackend.watch}: compares enumerations, once a second. */
export class PolledWatch implements BackendWatch {
  readonly #backend: IBackend;
  readonly #listener: (event: BackendDeviceEvent) => void;
  #present: ReadonlyMap<string, BackendDevice> = new Map();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #running: Promise<void> = Promise.resolve();
  #closed = false;

  constructor(backend: IBackend, listener: (event: BackendDeviceEvent) => void) {
    this.#backend = backend;
    this.#listener = listener;
  }

  /** Takes the first list, so that everything that comes later is told. */
  async start(): Promise<this> {
    this.#present = await this.#list();
    this.#schedule();
    return this;
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#timer);
    await this.#running;
  }

  async #list(): Promise<ReadonlyMap<string, BackendDevice>> {
    const devices = await this.#backend.enumerateDevices();
    return new Map(devices.map((device) => [device.key, device]));
  }

  #schedule(): void {
    this.#timer = setTimeout(() => {
      this.#running = this.#compare();
    }, INTERVAL);
    // Only Node's timers hold a process up; a browser's are numbers.
    if (typeof this.#timer === "object") this.#timer.unref();
  }

  async #compare(): Promise<void> {
    try {
      const before = this.#present;
      const now = await this.#list();
      this.#present = now;
      // Unplugged first: a replugged device has a new key, but may have the old one's address.
      for (const [key, device] of before) if (!now.has(key)) this.#tell({ type: "unplug", device });
      for (const [key, device] of now) if (!before.has(key)) this.#tell({ type: "plug", device });
    } catch (error) {
      // The list may be had again in a second; only a closed backend gives none any more.
      if (USBError.is(error) && error.code === "ERR_USB_CLOSED") this.#closed = true;
    }
    if (!this.#closed) this.#schedule();
  }

  #tell(event: BackendDeviceEvent): void {
    if (this.#closed) return;
    try {
      this.#listener(event);
    } catch (error) {
      queueMicrotask(() => {
        throw error;
      });
    }
  }
}
