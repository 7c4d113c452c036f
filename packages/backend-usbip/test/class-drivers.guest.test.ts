import { execFile } from "node:child_process";
import { constants } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import { basename } from "node:path";
import { promisify } from "node:util";
import { cdcAcmPort, hidKeyboard, massStorage } from "@tsusb/backend-virtual";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { attach } from "./attached.js";

const run = promisify(execFile);
const LIMIT = { timeout: 30_000, killSignal: "SIGKILL", encoding: "buffer" } as const;
const PATIENCE = { timeout: 20_000 };

/** Opens what a driver made, for the length of the test. @param below - A path in sysfs that ends in its name. */
async function openNode(folder: string, below: string): Promise<FileHandle> {
  // A read that waits would keep a thread of the pool, and the end of the test.
  const node = await open(`${folder}/${basename(below)}`, constants.O_RDWR | constants.O_NONBLOCK);
  onTestFinished(() => node.close());
  return node;
}

/** Exactly so many bytes of what never ends. */
async function take(node: FileHandle, count: number): Promise<Buffer> {
  const bytes = Buffer.alloc(count);
  let at = 0;
  await vi.waitFor(async () => {
    const { bytesRead } = await node.read(bytes, at, count - at, null);
    at += bytesRead;
    expect(at).toBe(count);
  }, PATIENCE);
  return bytes;
}

describe("the kernel's driver for keyboards", () => {
  // struct input_event of a 64-bit system: two words of time, then these. Source: Linux include/uapi/linux/input.h.
  const EVENT_SIZE = 24;
  const EV_KEY = 0x01;
  const EV_LED = 0x11;
  const [KEY_A, KEY_LEFTSHIFT, KEY_B, LED_CAPSL] = [30, 42, 48, 1];

  it("makes keys of what is typed, and lamps of what is set", async () => {
    const keyboard = hidKeyboard();
    const attached = await attach(keyboard, /input\/input\d+\/event\d+$/);
    onTestFinished(() => attached.close());
    const events = await openNode("/dev/input", attached.kernel.below);
    keyboard.type("aB");
    const keys: [code: number, value: number][] = [];
    while (keys.length < 6) {
      const event = await take(events, EVENT_SIZE);
      if (event.readUInt16LE(16) === EV_KEY) keys.push([event.readUInt16LE(18), event.readInt32LE(20)]);
    }
    expect(keys).toEqual([
      [KEY_A, 1],
      [KEY_A, 0],
      [KEY_LEFTSHIFT, 1],
      [KEY_B, 1],
      [KEY_LEFTSHIFT, 0],
      [KEY_B, 0],
    ]);

    const lamp = Buffer.alloc(EVENT_SIZE);
    lamp.writeUInt16LE(EV_LED, 16);
    lamp.writeUInt16LE(LED_CAPSL, 18);
    lamp.writeInt32LE(1, 20);
    await events.write(lamp);
    await vi.waitFor(() => expect(keyboard.leds.capsLock).toBe(true), PATIENCE);
    expect(keyboard.leds.numLock).toBe(false);
  });

  it("hands the reports to hidraw as they are", async () => {
    const keyboard = hidKeyboard();
    const attached = await attach(keyboard, /hidraw\/hidraw\d+$/);
    onTestFinished(() => attached.close());
    const reports = await openNode("/dev", attached.kernel.below);
    keyboard.type("a");
    expect(await take(reports, 16)).toEqual(Buffer.from("00000400000000000000000000000000", "hex"));
  });
});

describe("the kernel's driver for serial ports", () => {
  it("sets the line and moves bytes both ways", async () => {
    const port = cdcAcmPort({ echo: true });
    const attached = await attach(port, /tty\/ttyACM\d+$/);
    onTestFinished(() => attached.close());
    const path = `/dev/${basename(attached.kernel.below)}`;
    await run(
      "stty",
      ["-F", path, "57600", "parenb", "cs7", "raw", "-echo", "clocal", "parenb", "cs7"],
      LIMIT,
    );
    const node = await openNode("/dev", attached.kernel.below);
    await vi.waitFor(() => expect(port.controlLines).toEqual({ dtr: true, rts: true }), PATIENCE);
    expect(port.lineCoding).toEqual({ dwDTERate: 57_600, bCharFormat: 0, bParityType: 2, bDataBits: 7 });
    const sent = Buffer.from("a line\nand what follows it\0", "latin1");
    await node.write(sent);
    expect(await take(node, sent.length)).toEqual(sent);
  });
});

describe("the kernel's driver for disks", () => {
  it("reads what is in the image, and writes into it", async () => {
    const sectors = Array.from({ length: 512 }, (_, number) => `${`sector ${number}`.padEnd(511)}\n`);
    const disk = massStorage({ image: Buffer.from(sectors.join(""), "latin1") });
    const attached = await attach(disk, /block\/sd[a-z]+$/);
    onTestFinished(() => attached.close());
    const path = `/dev/${basename(attached.kernel.below)}`;
    const { stdout } = await run("dd", [`if=${path}`, "bs=128k", "iflag=direct", "status=none"], LIMIT);
    expect(Buffer.compare(stdout, disk.image)).toBe(0);

    const source = "/run/tsusb-sector";
    await run("bash", ["-c", `printf %-4096s "written by the kernel" >${source}`], LIMIT);
    await run(
      "dd",
      [`if=${source}`, `of=${path}`, "bs=4096", "seek=3", "oflag=direct", "status=none"],
      LIMIT,
    );
    expect(Buffer.from(disk.image.subarray(3 * 4096, 4 * 4096)).toString()).toBe(
      "written by the kernel".padEnd(4096),
    );
  });
});
