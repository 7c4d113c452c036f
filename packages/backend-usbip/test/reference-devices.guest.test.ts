import { execFile } from "node:child_process";
import { type FileHandle, open, readFile, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { promisify } from "node:util";
import { cdcAcmPort, hidKeyboard, massStorage, type VirtualDevice } from "@tsusb/backend-virtual";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { attach } from "./attached.js";

const run = promisify(execFile);
const LIMIT = { timeout: 60_000, killSignal: "SIGKILL" } as const;
const EVENTUALLY = { timeout: 20_000, interval: 100 };

/** Attaches a device; when the test is over, its files are closed behind it: a read that waits would hold them open. */
async function attachFor(device: VirtualDevice, below: RegExp) {
  const attached = await attach(device, below);
  const files: FileHandle[] = [];
  onTestFinished(async () => {
    await attached.close();
    await Promise.all(files.map((file) => file.close()));
  });
  return {
    below: attached.kernel.below,
    async open(path: string, flags: string): Promise<FileHandle> {
      const file = await open(path, flags);
      files.push(file);
      return file;
    },
  };
}

// Source: Linux include/uapi/linux/input.h, struct input_event on 64 bits; input-event-codes.h.
const INPUT_EVENT_SIZE = 24;
const EV_KEY = 1;
const KEYS: Readonly<Record<number, string>> = {
  42: "shift",
  20: "t",
  31: "s",
  22: "u",
  48: "b",
  28: "enter",
};

/** Reads key events until the device is gone: `+t` down, `-t` up. */
async function readKeys(file: FileHandle, keys: string[]): Promise<void> {
  for (;;) {
    const { buffer, bytesRead } = await file.read({ buffer: Buffer.alloc(64 * INPUT_EVENT_SIZE) });
    for (let at = 0; at < bytesRead; at += INPUT_EVENT_SIZE) {
      if (buffer.readUInt16LE(at + 16) !== EV_KEY) continue;
      const code = buffer.readUInt16LE(at + 18);
      keys.push(`${buffer.readInt32LE(at + 20) === 0 ? "-" : "+"}${KEYS[code] ?? code}`);
    }
  }
}

describe("the kernel's own drivers take the virtual backend's reference devices:", () => {
  it("usbhid the keyboard, whose keys arrive and whose lamps it sets", async () => {
    const keyboard = hidKeyboard();
    const { below, open } = await attachFor(keyboard, /input\d+\/event\d+$/);
    const keys: string[] = [];
    // Ends with the device, which is what its rejection tells.
    void readKeys(await open(join("/dev/input", basename(below)), "r"), keys).catch(() => {});
    // The kernel drops the reports that come while its driver is still at work on the device.
    await vi.waitFor(() => {
      keyboard.type("u");
      expect(keys).toContain("-u");
    }, EVENTUALLY);
    keyboard.type("tS\n");
    await vi.waitFor(
      () =>
        expect(keys.filter((key) => !key.endsWith("u"))).toEqual([
          ...["+t", "-t", "+shift", "+s", "-shift", "-s", "+enter", "-enter"],
        ]),
      EVENTUALLY,
    );
    const input = basename(join(below, ".."));
    await writeFile(`/sys/class/leds/${input}::capslock/brightness`, "1");
    await expect.poll(() => keyboard.leds.capsLock, EVENTUALLY).toBe(true);
    expect(keyboard.leds).toMatchObject({ numLock: false, scrollLock: false });
  });

  it("cdc_acm the port, which moves data both ways and is told the line coding", async () => {
    const port = cdcAcmPort();
    const { below, open } = await attachFor(port, /tty\/ttyACM\d+$/);
    const path = join("/dev", basename(below));
    const file = await open(path, "r+");
    await run("stty", ["-F", path, "19200", "raw", "-echo", "cs7", "parodd", "parenb", "cstopb"], LIMIT);
    await vi.waitFor(
      () =>
        expect(port.lineCoding).toEqual({ dwDTERate: 19_200, bCharFormat: 2, bParityType: 1, bDataBits: 7 }),
      EVENTUALLY,
    );
    expect(port.controlLines).toEqual({ dtr: true, rts: true });

    const sent = new Uint8Array(4096).map((_, index) => index & 0x7f);
    const reader = port.readable.getReader();
    const writing = file.write(sent);
    const received: number[] = [];
    while (received.length < sent.length) received.push(...((await reader.read()).value ?? []));
    await writing;
    expect(received).toEqual([...sent]);

    // A whole packet of 512 bytes arrives without anything behind it: a zero-length packet ends it.
    const writer = port.writable.getWriter();
    for (const length of [1, 512, 700]) {
      await writer.write(sent.subarray(0, length));
      const arrived: number[] = [];
      while (arrived.length < length) {
        const { buffer, bytesRead } = await file.read({ buffer: Buffer.alloc(1024) });
        arrived.push(...buffer.subarray(0, bytesRead));
      }
      expect(arrived).toEqual([...sent.subarray(0, length)]);
    }
  });

  it("usb-storage the disk, which is read and written in whole", async () => {
    const disk = massStorage();
    for (let sector = 0; sector < disk.image.length / 512; sector++)
      disk.image.set(new TextEncoder().encode(`sector ${sector}`), sector * 512);
    const { below } = await attachFor(disk, /block\/sd[a-z]+$/);
    const name = basename(below);
    const path = join("/dev", name);
    expect((await readFile(`/sys/class/block/${name}/size`, "utf8")).trim()).toBe("2048");
    expect((await readFile(`/sys/class/block/${name}/device/model`, "utf8")).trim()).toBe("Virtual Disk");
    expect((await readFile(`/sys/class/block/${name}/ro`, "utf8")).trim()).toBe("0");

    const read = await run("dd", [`if=${path}`, "bs=64k", "iflag=direct", "status=none"], {
      ...LIMIT,
      encoding: "buffer",
      maxBuffer: 4 * 1024 * 1024,
    });
    expect(Buffer.compare(read.stdout, disk.image)).toBe(0);

    const source = "/tmp/tsusb-disk-source";
    const bytes = Buffer.alloc(128 * 1024).map((_, index) => index * 7);
    await writeFile(source, bytes);
    const seek = ["bs=64k", "seek=3", "oflag=direct", "conv=fsync", "status=none"];
    await run("dd", [`if=${source}`, `of=${path}`, ...seek], LIMIT);
    expect(Buffer.compare(disk.image.subarray(3 * 65_536, 5 * 65_536), bytes)).toBe(0);
    expect(new TextDecoder().decode(disk.image.subarray(0, 8))).toBe("sector 0");
  });

  it("usb-storage a write-protected disk, and writes nothing to it", async () => {
    const disk = massStorage({ readOnly: true });
    const { below } = await attachFor(disk, /block\/sd[a-z]+$/);
    const name = basename(below);
    expect((await readFile(`/sys/class/block/${name}/ro`, "utf8")).trim()).toBe("1");
  });
});
