import { once } from "node:events";
import { Worker } from "node:worker_threads";
import type { UsbipEvent } from "@tsusb/backend-usbip";
import { AttachedDevice } from "../../../testbed/guest/attached-device.js";

/**
 * PyUSB's benchmark device, which the guest's kernel has from a server on a thread of its own.
 *
 * A program that uses the device by usbfs must not be the thread that serves it: the kernel holds a lock of the device
 * while it waits for the server's answer, and whoever submits a transfer meanwhile waits for that lock.
 */
export class AttachedBenchmark {
  /** As the kernel has it now; another one after {@link AttachedBenchmark.attach}. */
  kernel!: AttachedDevice;
  readonly #server = new Worker(new URL("benchmark-server.mjs", import.meta.url));
  #asked = 0;

  /** Plugs the device in and waits until the kernel has it. */
  static async attach(): Promise<AttachedBenchmark> {
    const attached = new AttachedBenchmark();
    await attached.attach();
    return attached;
  }

  /** Attaches it, also again. */
  async attach(): Promise<void> {
    this.kernel = await AttachedDevice.attach({ port: await this.#ask<number>("port"), busid: "1-1" });
  }

  /** Pulls the device from the bus that is served. */
  async unplug(): Promise<void> {
    await this.#ask("unplug");
    await this.kernel.gone();
  }

  /** Plugs it into the bus that is served, and attaches it. */
  async plug(): Promise<void> {
    await this.#ask("plug");
    await this.attach();
  }

  /** Queues bytes on an IN endpoint of the device. */
  send(endpoint: number, bytes: Uint8Array): Promise<void> {
    return this.#ask("send", endpoint, bytes);
  }

  /** What has happened on the server, in order. */
  events(): Promise<readonly UsbipEvent["type"][]> {
    return this.#ask("events");
  }

  async close(): Promise<void> {
    await this.#ask("close");
    await this.kernel.gone();
    await this.#server.terminate();
  }

  async #ask<T = void>(name: string, ...words: readonly unknown[]): Promise<T> {
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
