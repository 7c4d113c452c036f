import { AttachedServer } from "./attached-server.js";

/** PyUSB's benchmark device, which the guest's kernel has. */
export class AttachedBenchmark extends AttachedServer {
  /** Plugs the device in and waits until the kernel has it. */
  static async attach(): Promise<AttachedBenchmark> {
    const attached = new AttachedBenchmark("benchmark-server.mjs");
    await attached.attach();
    return attached;
  }

  /** Pulls the device from the bus that is served. */
  async unplug(): Promise<void> {
    await this.ask("unplug");
    await this.kernel.gone();
  }

  /** Plugs it into the bus that is served, and attaches it. */
  async plug(): Promise<void> {
    await this.ask("plug");
    await this.attach();
  }

  /** Queues bytes on an IN endpoint of the device. */
  send(endpoint: number, bytes: Uint8Array): Promise<void> {
    return this.ask("send", endpoint, bytes);
  }
}
