import { readdir, readFile } from "node:fs/promises";
import { getBackend } from "@tsusb/backend-libusb1";
import { type Device, type Endpoint, find, type IBackend } from "@tsusb/core";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { HostChannel } from "../../../testbed/guest/host-channel.js";
import { listen, PITCHES, RATE, sounds, tone } from "./tone.js";

/** What the device takes each millisecond: 48 frames of 16-bit stereo, never less. */
const PACKET = 192;
const MILLISECONDS = 2000;

// Source: USB Audio 1.0, Tables A-9 (requests) and A-11 (feature unit); the unit's number is the device's own.
const SET_CUR = 0x01;
const GET_MAX = 0x83;
const MUTE = 0x0100;
const VOLUME = 0x0200;
const FEATURE_UNIT = 0x0200;

const host = new HostChannel();
const sent = tone((MILLISECONDS * RATE) / 1000);
const silence = (milliseconds: number): Buffer => Buffer.alloc(milliseconds * PACKET);

let backend: IBackend;
let recorded: Buffer;

/** Ways to write a tone, with the silence behind it that keeps the device from being left with the end of it. */
const WAYS = [
  ["isoWrite, four of 50 packets in flight,", writeAtOnce],
  ["a sink", writeBySink],
] as const;

beforeAll(async () => {
  backend = await getBackend();
  await host.plug("audio");
  await vi.waitFor(async () => expect(await soundCards()).toContain("QEMU USB Audio"), {
    timeout: 60_000,
    interval: 200,
  });
  const device = await find({ product: "QEMU USB Audio", backend });
  if (device === undefined) throw new Error("libusb does not list the audio device");
  await device.open({ autoDetachKernelDriver: true });
  expect(await device.isKernelDriverActive(1)).toBe(true);
  await device.claimInterface(0);
  await device.setInterfaceAltsetting(1, 1);
  await turnUp(device);
  for (const [, write] of WAYS) await write(speaker(device), Buffer.concat([sent, silence(500)]));
  await device.setInterfaceAltsetting(1, 0);
  await device.close();
  await host.unplug("audio");
  recorded = await readFile(await host.recording());
});

afterAll(() => backend.close());

describe.each(WAYS.map(([name], index) => [name, index] as const))("a tone written by %s", (_, index) => {
  it("is in the recording, sample by sample", () => {
    const found = sounds(recorded.subarray(44));
    expect(found).toHaveLength(WAYS.length);
    expect(found[index]?.length).toBe(sent.length);
    expect(Buffer.compare(found[index] ?? silence(0), sent)).toBe(0);
  });

  it.each([0, 1] as const)("is pure and without a jump on channel %i", (channel) => {
    const sound = sounds(recorded.subarray(44))[index] ?? silence(1);
    const { amplitude, impurity, jump } = listen(sound, channel, PITCHES[channel]);
    expect(amplitude).toBeCloseTo(20_000, 0);
    // 16 bits leave -94; a packet lost 10 ms from an end comes to -28, one in the middle to -10.
    expect(impurity).toBeLessThan(-80);
    expect(jump).toBeLessThanOrEqual(2);
  });
});

it("QEMU's recording is of 48 kHz in 16 bits and stereo", () => {
  expect(recorded.toString("latin1", 0, 4)).toBe("RIFF");
  expect(recorded.readUInt16LE(22)).toBe(2);
  expect(recorded.readUInt32LE(24)).toBe(RATE);
  expect(recorded.readUInt16LE(34)).toBe(16);
});

/** Names of the devices for which the kernel has made a sound card. */
async function soundCards(): Promise<readonly string[]> {
  const cards = await readdir("/sys/class/sound").catch(() => []);
  const folders = cards.filter((name) => /^card\d+$/.test(name)).map((name) => `/sys/class/sound/${name}`);
  const names = folders.map((folder) => readFile(`${folder}/device/../product`, "utf8").catch(() => ""));
  return (await Promise.all(names)).map((name) => name.trim());
}

/** As loud as it can be, where QEMU leaves samples as they are. */
async function turnUp(device: Device): Promise<void> {
  await device.ctrlTransfer(0x21, SET_CUR, MUTE, FEATURE_UNIT, [0]);
  for (const channel of [1, 2]) {
    const loudest = await device.ctrlTransfer(0xa1, GET_MAX, VOLUME | channel, FEATURE_UNIT, 2);
    await device.ctrlTransfer(0x21, SET_CUR, VOLUME | channel, FEATURE_UNIT, loudest);
  }
}

function speaker(device: Device): Endpoint {
  const endpoint = device.configurations
    .flatMap(({ interfaces }) => interfaces)
    .flatMap(({ endpoints }) => endpoints)
    .find(({ type, direction }) => type === "isochronous" && direction === "out");
  if (endpoint === undefined) throw new Error("the audio device has no isochronous endpoint");
  return endpoint;
}

async function writeAtOnce(endpoint: Endpoint, samples: Buffer): Promise<void> {
  const writes: Promise<unknown>[] = [];
  for (let at = 0; at < samples.length; at += 50 * PACKET) {
    if (writes.length >= 4) await writes.at(-4);
    writes.push(endpoint.isoWrite(samples.subarray(at, at + 50 * PACKET), { timeout: 10_000 }));
  }
  await Promise.all(writes);
}

async function writeBySink(endpoint: Endpoint, samples: Buffer): Promise<void> {
  const sink = endpoint.sink({ transferSize: 50 * PACKET });
  for (let at = 0; at < samples.length; at += RATE) await sink.write(samples.subarray(at, at + RATE));
  await sink.end();
}
