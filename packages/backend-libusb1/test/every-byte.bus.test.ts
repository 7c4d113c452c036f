import { receiveEveryByte } from "@tsusb/conformance";
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
