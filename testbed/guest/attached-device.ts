import { execFile } from "node:child_process";
import { readdir, readFile, realpath, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { promisify } from "node:util";

const run = promisify(execFile);

/** What to attach. */
export interface AttachOptions {
  /** Port of a USB/IP server on this machine. */
  readonly port: number;
  /** What the server calls the device: `"1-1"`. */
  readonly busid: string;
  /** Pattern of a name below the device in sysfs, without which it is not there yet: what a driver makes of it. */
  readonly below?: RegExp;
}

/** A device that the guest's own kernel has got from a USB/IP server, by the stock `usbip attach` and vhci_hcd. */
export class AttachedDevice {
  /** Its folder in sysfs. */
  readonly sysfs: string;
  /** What stands behind {@link AttachOptions.below}: the path below the folder. */
  readonly below: string;
  readonly #port: string;

  private constructor(sysfs: string, below: string, port: string) {
    this.sysfs = sysfs;
    this.below = below;
    this.#port = port;
  }

  /**
   * Attaches a device and waits until the kernel has configured it, and its driver is there.
   *
   * The server may run in this process: nothing here blocks it.
   *
   * @throws Error if the tool refuses, or after 20 s; then the device is detached.
   */
  static async attach({ port, busid, below }: AttachOptions): Promise<AttachedDevice> {
    await loadController();
    const before = await usedPorts();
    await run(
      "usbip",
      ["--tcp-port", String(port), "attach", "--remote", "127.0.0.1", "--busid", busid],
      LIMIT,
    );
    const number = [...(await usedPorts()).keys()].find((each) => !before.has(each));
    if (number === undefined)
      throw new Error(`usbip attached ${busid}, and vhci_hcd has no port in use for it`);
    try {
      return await eventually(`the kernel's configuration of ${busid}`, async () => {
        const name = (await usedPorts()).get(number);
        if (name === undefined) throw new Error("vhci_hcd lost the device again");
        if (name === NAMELESS) return undefined;
        const sysfs = await realpath(join("/sys/bus/usb/devices", name));
        if ((await readFile(join(sysfs, "bConfigurationValue"), "utf8")).trim() === "") return undefined;
        const found = below === undefined ? "" : await findBelow(sysfs, below);
        return found === undefined ? undefined : new AttachedDevice(sysfs, found, number);
      });
    } catch (error) {
      await detach(number).catch(() => {});
      throw error;
    }
  }

  /** Its number on the bus, three digits each, as in `/dev/bus/usb`. */
  async address(): Promise<string> {
    const [bus, device] = await Promise.all(["busnum", "devnum"].map((name) => this.read(name)));
    return `${bus?.padStart(3, "0")}/${device?.padStart(3, "0")}`;
  }

  /** What a file in its folder says, without the line feed. */
  async read(name: string): Promise<string> {
    return (await readFile(join(this.sysfs, name), "utf8")).trim();
  }

  /** Detaches it and waits until it is gone; the server sees the connection close. */
  async detach(): Promise<void> {
    await detach(this.#port);
    await this.gone();
  }

  /** Resolves when the kernel has given it up, for whatever reason. @throws Error after 20 s. */
  async gone(): Promise<void> {
    await eventually(`the end of ${this.sysfs}`, async () =>
      (await usedPorts()).has(this.#port) ? undefined : true,
    );
  }
}

/** A tool that hangs must not hang the test. */
const LIMIT = { timeout: 20_000, killSignal: "SIGKILL" } as const;

const detach = (port: string) => run("usbip", ["detach", "--port", port], LIMIT);

/** What stands for a name as long as the device has no address. */
const NAMELESS = "0-0";

/** Loads vhci_hcd and keeps one of its eight controllers: each has two root hubs, and listings take time for each. */
async function loadController(): Promise<void> {
  await run("modprobe", ["vhci-hcd"], LIMIT);
  const driver = "/sys/bus/platform/drivers/vhci_hcd";
  const others = (await readdir(driver)).filter((name) => /^vhci_hcd\.[1-9]/.test(name));
  for (const name of others) await writeFile(join(driver, "unbind"), name);
}

/** Numbers of the controller's ports in use, with the name that the device has in sysfs. */
async function usedPorts(): Promise<Map<string, string>> {
  const table = await readFile("/sys/devices/platform/vhci_hcd.0/status", "utf8");
  const used = new Map<string, string>();
  for (const line of table.split("\n")) {
    // hub port sta spd dev sockfd local_busid; 4 is VDEV_ST_NULL. Source: Linux drivers/usb/usbip/vhci_sysfs.c.
    const [, port, state, , , , name = NAMELESS] = line.trim().split(/\s+/);
    if (port !== undefined && /^\d+$/.test(port) && state !== "004") used.set(String(Number(port)), name);
  }
  return used;
}

/** Follows no link: those of sysfs lead round in circles, and readdir's own recursion goes along. */
async function findBelow(folder: string, pattern: RegExp, path = ""): Promise<string | undefined> {
  if (pattern.test(path)) return path;
  for (const entry of await readdir(join(folder, path), { withFileTypes: true })) {
    if (!entry.isDirectory()) continue;
    const found = await findBelow(folder, pattern, join(path, entry.name));
    if (found !== undefined) return found;
  }
  return undefined;
}

async function eventually<T>(what: string, look: () => Promise<T | undefined>): Promise<T> {
  for (const end = performance.now() + 20_000; ; ) {
    const found = await look().catch((error: NodeJS.ErrnoException) => {
      if (error.code !== "ENOENT" && error.code !== "ENODEV") throw error;
      return undefined;
    });
    if (found !== undefined) return found;
    if (performance.now() > end) throw new Error(`waited 20 s in vain for ${what}`);
    await wait(50);
  }
}
