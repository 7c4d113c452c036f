import { receiveEveryByte } from "@tsusb/conformance";
import { find } from "@tsusb/core";
import { afterEach, beforeEach, expect, it } from "vitest";
import { PlayedWords } from "../../../testbed/bus/played-words.js";
import { getBackend, type LibUsb0Backend } from "../src/index.js";

/** Decides of everything but the moments at which things meet; a failure tells it. */
const SEED = Number(process.env.TSUSB_SEED ?? Math.floor(Math.random() * 2 ** 32));

let words: PlayedWords;
let backend: LibUsb0Backend;

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

it("64 MB arrive byte for byte, whatever ends the streams", { timeout: 120_000 }, async () => {
  const report = await receiveEveryByte({
    // Of a read that the unplug ends libusb 0.1 tells no count, and a read goes to the kernel in pieces of 16 KiB.
    target: { ...words.source(findWords), losesOnUnplug: true },
    seed: SEED,
    bytes: 64e6,
    largestTransfer: 64 << 10,
    inFlight: 512 << 10,
  });
  expect(report.bytes).toBeGreaterThanOrEqual(64e6);
  expect(Object.keys(report.ends).sort()).toEqual(["abort", "close", "device", "leave", "unplug"]);
});
