import { getBackend } from "@tsusb/backend-libusb1";
import { type EveryByteTarget, receiveEveryByte } from "@tsusb/conformance";
import { find, type IBackend } from "@tsusb/core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { AttachedServer } from "./attached-server.js";

/** Decides of everything but the moments at which things meet; a failure tells it. */
const SEED = Number(process.env.TSUSB_SEED ?? Math.floor(Math.random() * 2 ** 32));

let server: AttachedServer;
let backend: IBackend;

beforeAll(async () => {
  server = new AttachedServer("words-server.mjs");
  await server.attach();
  backend = await getBackend();
});

afterAll(async () => {
  await backend.close();
  await server.close();
});

const target: EveryByteTarget = {
  endpoint: 0x81,
  losesOnUnplug: true,
  async find() {
    const device = await find({ product: "Words", backend });
    if (device === undefined) throw new Error("libusb does not list the device of words-server.mjs");
    return device;
  },
  position: () => server.ask<number>("position"),
  async unplug() {
    await server.ask("unplug");
    await server.kernel.gone();
  },
  async replug() {
    await server.ask("plug");
    await server.attach();
  },
};

it("100 MB arrive over vhci_hcd byte for byte, whatever ends the streams", { timeout: 400_000 }, async () => {
  const report = await receiveEveryByte({
    target,
    seed: SEED,
    bytes: 100e6,
    largestTransfer: 256 << 10,
    inFlight: 2 << 20,
  });
  expect(report.bytes).toBeGreaterThanOrEqual(100e6);
  expect(Object.keys(report.ends).sort()).toEqual(["abort", "close", "device", "leave", "unplug"]);
});
