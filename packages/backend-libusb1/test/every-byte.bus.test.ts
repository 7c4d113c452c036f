import { receiveEveryByte, sendEveryByte } from "@tsusb/conformance";
import { find } from "@tsusb/core";
import { afterEach, beforeEach, expect, it } from "vitest";
import { PlayedWords } from "../../../testbed/bus/played-words.js";
import { getBackend, type LibUsb1Backend } from "../src/index.js";

/** Decides of everything but the moments at which things meet; a failure tells it. */
const SEED = Number(process.env.TSUSB_SEED ?? Math.floor(Math.random() * 2 ** 32));

let words: PlayedWords;
let backend: LibUsb1Backend;

beforeEach(async () => {
  words = await PlayedWords.plug(SEED);
  backend = await getBackend();
});

afterEach(async () => {
  await backend.close();
  await words.close();
});

const findWords = async () => {
  const device = await find({ ...words.ids, backend });
  if (device === undefined) throw new Error("the bus does not have the plugged device");
  return device;
};

it("1 GB arrives byte for byte, whatever ends the streams", { timeout: 120_000 }, async () => {
  const report = await receiveEveryByte({ target: words.source(findWords), seed: SEED, bytes: 1e9 });
  expect(report.bytes).toBeGreaterThanOrEqual(1e9);
  expect(Object.keys(report.ends).sort()).toEqual(["abort", "close", "device", "leave", "unplug"]);
});

it("200 MB leave byte for byte, whatever ends the sinks", { timeout: 120_000 }, async () => {
  const report = await sendEveryByte({ target: words.sink(findWords), seed: SEED, bytes: 200e6 });
  expect(report.bytes).toBeGreaterThanOrEqual(200e6);
  expect(Object.keys(report.ends).sort()).toEqual(["abort", "close", "device", "end", "flush", "unplug"]);
});

it("a byte that is lost on the way out is seen", async () => {
  const target = words.sink(findWords);
  await using device = await findWords();
  await device.write(target.endpoint, Uint8Array.of(0, 0, 0, 0, 1, 0, 0));
  expect(await target.position()).toBe(7);
  await device.write(target.endpoint, Uint8Array.of(2));
  await expect(target.position()).rejects.toThrow("byte 7 was wrong");
});

it("a byte that is lost on the way in is seen", async () => {
  const source = words.source(findWords);
  // Somebody else takes what the test never gets.
  const thief = { ...source, position: async () => (await source.position()) - 1 };
  const device = await findWords();
  await device.read(source.endpoint, 512);
  await expect(receiveEveryByte({ target: thief, seed: SEED, bytes: 1e6 })).rejects.toThrow(
    `seed ${SEED}, round 0`,
  );
  await device.close();
});
