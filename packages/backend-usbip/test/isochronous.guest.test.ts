import { getBackend } from "@tsusb/backend-libusb1";
import { type Device, find, type IBackend, type IsoPacket } from "@tsusb/core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { frameBytes, plannedLength } from "../../../testbed/bus/isochronous-plan.js";
import { AttachedServer } from "./attached-server.js";

/** As the server has them: 192 bytes a microframe. */
const SOURCE = 0x81;
const SINK = 0x01;
const FULL = 192;

const PACKETS = 10_000;
const PATIENCE = { timeout: 60_000 };

/** A packet of the plan: its bytes, or what goes wrong with it. */
type Planned = Uint8Array | "error" | "overflow";

const isGood = (planned: Planned): planned is Uint8Array => planned instanceof Uint8Array;

/** In a hundred packets 30 short, 10 empty and 5 that fail, of which one is too long; the same ones each time. */
const plan: readonly Planned[] = Array.from({ length: PACKETS }, (_, frame) => {
  const length = plannedLength({ seed: 6, short: 30, empty: 10, failed: 5 }, FULL, frame);
  if (length !== undefined) return frameBytes(frame, length);
  return plannedLength({ seed: 6, failed: 1 }, FULL, frame) === undefined ? "overflow" : "error";
});

let server: AttachedServer;
let backend: IBackend;
let device: Device;

beforeAll(async () => {
  server = new AttachedServer("isochronous-server.mjs");
  await server.attach();
  backend = await getBackend();
  const found = await find({ product: "Planned Packets", backend });
  if (found === undefined) throw new Error("libusb does not list the device of isochronous-server.mjs");
  device = await found.open();
  await device.setInterfaceAltsetting(0, 1);
});

afterAll(async () => {
  await device.close();
  await backend.close();
  await server.close();
});

/** Numbers of packets for one transfer each, the same each time: one, some, and more than usbfs takes in one URB, 128. */
const SIZES = [1, 7, 300, 32, 1, 128, 2, 129];

/** Runs `step` for so many packets, four transfers at a time, and gives the results in order. */
async function inPieces<T>(step: (count: number, from: number) => Promise<T>): Promise<readonly T[]> {
  const pieces: Promise<T>[] = [];
  for (let from = 0; from < PACKETS; ) {
    const count = Math.min(SIZES[pieces.length % SIZES.length] ?? 1, PACKETS - from);
    if (pieces.length >= 4) await pieces.at(-4);
    pieces.push(step(count, from));
    from += count;
  }
  return Promise.all(pieces);
}

const NOTHING = new Uint8Array(0);

const text = (bytes: Uint8Array): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString("latin1");

/** How a packet ended, in words: comparing 10,000 objects takes the guest's processor seconds. */
const words = (
  { status, length }: Pick<IsoPacket, "status" | "length">,
  bytes: Uint8Array = NOTHING,
): string => `${status} ${length} ${text(bytes)}`;

/** What becomes of a packet on its way in: nothing arrives of a lost one, what fits of one that is too long. */
function arrival(planned: Planned): string {
  if (planned === "error") return words({ status: "error", length: 0 });
  if (planned === "overflow")
    return words({ status: "overflow", length: FULL }, new Uint8Array(FULL).fill(0xee));
  return words({ status: "completed", length: planned.length }, planned);
}

/** What becomes of a packet on its way out: with those that fail, not a byte. */
function departure(planned: Planned): string {
  return isGood(planned)
    ? words({ status: "completed", length: planned.length })
    : words({ status: "error", length: 0 });
}

describe("10,000 packets over vhci_hcd, some short, empty, lost or too long,", () => {
  it("arrive with status, length and bytes as they were sent, in order", async () => {
    await server.ask("send", plan);
    const reads = await inPieces((count) => device.isoRead(SOURCE, count * FULL, PATIENCE));
    const arrived = reads.flatMap(({ data, packets }) =>
      packets.map((packet, index) => {
        const { offset, length } = packet;
        return offset === index * FULL
          ? words(packet, data.subarray(offset, offset + length))
          : `at ${offset}`;
      }),
    );
    expect(arrived).toEqual(plan.map(arrival));
  });

  it("go out as they were given, each with its status, and those that are lost do not come", async () => {
    const bytes = plan.map((planned, frame) => (isGood(planned) ? planned : frameBytes(frame, FULL)));
    await server.ask(
      "suffer",
      plan.map((planned) => (isGood(planned) ? undefined : "error")),
    );
    const writes = await inPieces((count, from) => {
      const parts = bytes.slice(from, from + count);
      const packetLengths = parts.map(({ length }) => length);
      return device.isoWrite(SINK, Buffer.concat(parts), { packetLengths, ...PATIENCE });
    });
    expect(writes.flatMap(({ packets }) => packets.map((packet) => words(packet)))).toEqual(
      plan.map(departure),
    );
    const received = await server.ask<readonly Uint8Array[]>("received");
    expect(received.map(text)).toEqual(plan.filter(isGood).map(text));
  });
});
