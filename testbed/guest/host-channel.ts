import { type FileHandle, open } from "node:fs/promises";
import { setTimeout as wait } from "node:timers/promises";

/** A device of QEMU's, by the name that `--devices` takes. */
export type QemuDeviceName = "kbd" | "tablet" | "disk" | "hub" | "mouse" | "audio";

/** The host refused a request; the message says what was asked and what it answered. */
export class HostRequestError extends Error {
  override readonly name = "HostRequestError";
}

/**
 * What a program in the guest may ask of the host: keys, the tablet, plugging and unplugging of QEMU's own devices, and
 * what its sound card played.
 *
 * Requests of several processes do not mix: each holds the channel until it has its answer.
 */
export class HostChannel {
  readonly #path: string;

  /**
   * @param path - The channel's character device; `TSUSB_GUEST_HOST` in the guest.
   * @throws TypeError if there is none, as outside of the guest.
   */
  constructor(path: string | undefined = process.env.TSUSB_GUEST_HOST) {
    if (path === undefined)
      throw new TypeError("TSUSB_GUEST_HOST is not set: run this by npm run guest -- COMMAND");
    this.#path = path;
  }

  /**
   * Presses keys together and lets them go after 20 ms.
   *
   * I/O: one request to the host, answered when QEMU has the key, before the guest's kernel has it.
   *
   * @param names - QEMU's names: `a`, `1`, `spc`, `ret`, `shift`. Source: enum QKeyCode in qapi/ui.json of QEMU 7.2.
   */
  async key(...names: readonly string[]): Promise<void> {
    await this.request(`key ${names.join(" ")}`);
  }

  /**
   * Puts the tablet's pointer somewhere.
   *
   * I/O: one request to the host.
   *
   * @param x - 0 (left) to 32767.
   * @param y - 0 (top) to 32767.
   */
  async move(x: number, y: number): Promise<void> {
    await this.request(`move ${x} ${y}`);
  }

  /** Plugs one of QEMU's devices into its own port. I/O: one request to the host; the kernel sees the device later. */
  async plug(name: QemuDeviceName): Promise<void> {
    await this.request(`plug ${name}`);
  }

  /** Pulls one of QEMU's devices. I/O: one request to the host; the kernel sees it later. */
  async unplug(name: QemuDeviceName): Promise<void> {
    await this.request(`unplug ${name}`);
  }

  /**
   * Gives what the device `audio` played since it was plugged. It must be unplugged before: QEMU ends the file then.
   *
   * I/O: one request to the host, which copies the recording.
   *
   * @returns Path of a WAV file, 16-bit stereo at 48 kHz. Nothing is in it of the time while nothing was played.
   */
  recording(): Promise<string> {
    return this.request("recording");
  }

  /**
   * Sends one line and waits for its answer.
   *
   * I/O: opens the channel, writes, reads, closes; waits while another process holds it.
   *
   * @returns What follows the host's `ok`; mostly nothing.
   * @throws {@link HostRequestError} if the host answers anything but `ok`.
   */
  async request(line: string): Promise<string> {
    const channel = await this.#open();
    try {
      await channel.write(`${line}\n`);
      const answer = await readLine(channel);
      const accepted = /^ok(?: (.*))?$/.exec(answer);
      if (accepted === null) throw new HostRequestError(`${line}: ${answer}`);
      return accepted[1] ?? "";
    } finally {
      await channel.close();
    }
  }

  async #open(): Promise<FileHandle> {
    for (;;) {
      try {
        return await open(this.#path, "r+");
      } catch (error) {
        // One process at a time may open a virtio port.
        if ((error as NodeJS.ErrnoException).code !== "EBUSY") throw error;
        await wait(10);
      }
    }
  }
}

async function readLine(channel: FileHandle): Promise<string> {
  let text = "";
  const chunk = Buffer.alloc(256);
  while (!text.includes("\n")) {
    const { bytesRead } = await channel.read(chunk, 0, chunk.length);
    if (bytesRead === 0) throw new HostRequestError("the host closed the channel");
    text += chunk.toString("utf8", 0, bytesRead);
  }
  return text.slice(0, text.indexOf("\n"));
}
