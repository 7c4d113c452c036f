import { open, readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import { HostChannel, HostRequestError } from "../host-channel.js";

// Source: struct input_event in linux/input.h on a 64-bit machine.
const EVENT_SIZE = 24;
// Source: linux/input-event-codes.h.
const EV_KEY = 1;
const KEY_A = 30;

const host = new HostChannel();

it("brings the key that was asked for to the kernel, pressed and let go", async () => {
  const input = await open(await keyboard(), "r");
  try {
    const events = readKeys(input, 2);
    await host.key("a");
    expect(await events).toEqual([
      { code: KEY_A, value: 1 },
      { code: KEY_A, value: 0 },
    ]);
  } finally {
    await input.close();
  }
});

it("rejects with the host's reason", async () => {
  await expect(host.key("no-such-key")).rejects.toBeInstanceOf(HostRequestError);
  await expect(host.request("nonsense")).rejects.toThrow(/nonsense/);
});

it("answers requests made at the same time, each its own", async () => {
  const answers = await Promise.allSettled([
    host.request("ping"),
    host.request("nonsense"),
    host.request("ping"),
  ]);
  expect(answers.map((answer) => answer.status)).toEqual(["fulfilled", "rejected", "fulfilled"]);
});

it("pulls and plugs one of QEMU's devices", async () => {
  expect(await products()).toContain("QEMU USB Tablet");
  await host.unplug("tablet");
  await expect.poll(products, { timeout: 10_000 }).not.toContain("QEMU USB Tablet");
  await host.plug("tablet");
  await expect.poll(products, { timeout: 10_000 }).toContain("QEMU USB Tablet");
});

it("gives what the sound card played, as soon as it is unplugged", async () => {
  await host.plug("audio");
  await expect(host.recording()).rejects.toThrow(/unplug audio first/);
  await host.unplug("audio");
  const recording = await readFile(await host.recording());
  expect(recording.toString("latin1", 0, 4)).toBe("RIFF");
  // The header of a file to which nobody played.
  expect(recording).toHaveLength(44);
});

async function keyboard(): Promise<string> {
  const folder = "/dev/input/by-id";
  const name = (await readdir(folder)).find((entry) => entry.startsWith("usb-QEMU_QEMU_USB_Keyboard"));
  if (name === undefined) throw new Error(`${folder} has no keyboard of QEMU's`);
  return join(folder, name);
}

async function readKeys(input: Awaited<ReturnType<typeof open>>, count: number) {
  const keys: { code: number; value: number }[] = [];
  const bytes = Buffer.alloc(EVENT_SIZE * 16);
  while (keys.length < count) {
    const { bytesRead } = await input.read(bytes, 0, bytes.length);
    for (let at = 0; at < bytesRead; at += EVENT_SIZE) {
      if (bytes.readUInt16LE(at + 16) !== EV_KEY) continue;
      keys.push({ code: bytes.readUInt16LE(at + 18), value: bytes.readInt32LE(at + 20) });
    }
  }
  return keys;
}

async function products(): Promise<string[]> {
  const folder = "/sys/bus/usb/devices";
  const names = await readdir(folder);
  const texts = await Promise.all(
    names.map((name) => readFile(join(folder, name, "product"), "utf8").catch(() => "")),
  );
  return texts.map((text) => text.trim());
}
