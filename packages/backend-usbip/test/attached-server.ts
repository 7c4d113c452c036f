import { once } from "node:events";
import { Worker } from "node:worker_threads";
import type { UsbipEvent } from "@tsusb/backend-usbip";
import { AttachedDevice } from "../../../testbed/guest/attached-device.js";

/**
 * A virtual device, which the guest's kernel has from a server on a thread of its own.
 *
 * A program that uses the device by usbfs must not be the thread that serves it: the kernel holds a lock of the device
 * while it waits for the server's answer, and whoever submits a transfer meanwhile waits for that lock.
 */
export class AttachedServer {
  /** As the kernel has it now; another one after {@link AttachedServer.attach}. */
  kernel!: AttachedDevice;
  readonly #server: Worker;
  #asked = 0;

  /** @param name - The server's file in this folder. It does what messages say, as `serve-calls.mjs` has it. */
  constructor(name: string) {
    this.#server = new Worker(new URL(name, import.meta.url));
  }

  /** Attaches the device, also again, and waits until the kernel has it. */
  async attach(): Promise<void> {
    this.kernel = await AttachedDevice.attach({ port: await this.ask<number>("port"), busid: "1-1" });
  }

  /** What has happened on the server, in order. */
  events(): Promise<readonly UsbipEvent["type"][]> {
    return this.ask("events");
  }

  async close(): Promise<void> {
    await this.ask("close");
    await this.kernel.gone();
    await this.#server.terminate();
  }

  /** Calls one of the server's functions. @throws Error with what it threw. */
  async ask<T = void>(name: string, ...words: readonly unknown[]): Promise<T> {
    const id = ++this.#asked;
    this.#server.postMessage({ id, name, words });
    for (;;) {
      const [answer] = await once(this.#server, "message");
      if (answer.id !== id) continue;
      if (answer.error !== undefined) throw new Error(`${name}: ${answer.error}`);
      return answer.value;
    }
  }
}
