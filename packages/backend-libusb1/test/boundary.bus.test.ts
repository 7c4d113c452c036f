import { getBackend } from "@tsusb/backend-libusb1";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { native } from "../src/addon.js";
import type { Native, NativeDevice, NativeListing } from "../src/native.js";

/** Endpoints of the played device on interface 2: one that never answers, one that always does. */
const SILENT = 0x85;
const SOURCE = 0x84;
/** Types and flags of libusb.h. */
const CONTROL = 0;
const ISOCHRONOUS = 1;
const BULK = 2;

// The addon without our TypeScript: whatever a caller gets wrong must be an exception, and memory stays whole.
const addon: Native = native();
let library: number;
let context: number;
let triples: Int32Array;
let lastJob: number;
/** Who waits for which id. */
let waiting: Map<number, (status: number) => void>;

const ended = (id: number) => new Promise<number>((resolve) => waiting.set(id, resolve));

async function run(start: (job: number) => void): Promise<number> {
  const job = ++lastJob;
  start(job);
  return ended(-job);
}

async function openPlayed(): Promise<number> {
  const job = ++lastJob;
  addon.listDevices(context, job);
  await ended(-job);
  const { added } = addon.takeResult(context, job) as NativeListing;
  const { id } = added.find(({ product }) => product === "Played Device") as NativeDevice;
  let handle = 0;
  expect(
    await run((opening) => {
      handle = addon.openDevice(context, opening, id, false);
    }),
  ).toBe(0);
  expect(await run((claiming) => addon.claimInterface(handle, claiming, 2))).toBe(0);
  return handle;
}

async function closeAll(...handles: readonly number[]): Promise<void> {
  for (const handle of handles) {
    await run((job) => addon.closeHandle(handle, job));
    addon.freeHandle(handle);
  }
}

beforeEach(async () => {
  const backend = await getBackend();
  library = addon.openLibrary(backend.libraryPath);
  await backend.close();
  waiting = new Map();
  lastJob = 1;
  [context, triples] = addon.createContext(library, (count) => {
    for (let at = 0; at < count * 3; at += 3) {
      const id = triples[at] ?? 0;
      waiting.get(id)?.(triples[at + 1] ?? 0);
      waiting.delete(id);
    }
  });
  expect(await run((job) => addon.initContext(context, job, -1, false))).toBe(0);
});

afterEach(async () => {
  await run((job) => addon.exitContext(context, job));
  addon.freeContext(context);
  addon.closeLibrary(library);
});

function slotOf(capacity: number, packets = 0): readonly [slot: number, Uint8Array, Int32Array] {
  const made = addon.createSlot(context, capacity, packets);
  if (made === undefined) throw new Error("there is no memory");
  return made;
}

describe("submit refuses what would reach beyond the slot's memory", () => {
  it.each<
    [string, (slot: readonly [number, Uint8Array, Int32Array], handle: number) => number, packets: number]
  >([
    ["a length", ([slot], handle) => addon.submit(handle, slot, SOURCE, BULK, 65, 0, false, 0), 0],
    [
      "packets that are longer together",
      ([slot, , packets], handle) => {
        packets.set([64, 0, 0, 64, 0, 0]);
        return addon.submit(handle, slot, 0x86, ISOCHRONOUS, 64, 0, false, 2);
      },
      2,
    ],
    [
      "a packet of a negative length",
      ([slot, , packets], handle) => {
        packets.set([64, 0, 0, -64, 0, 0]);
        return addon.submit(handle, slot, 0x86, ISOCHRONOUS, 64, 0, false, 2);
      },
      2,
    ],
    ["more packets", ([slot], handle) => addon.submit(handle, slot, 0x86, ISOCHRONOUS, 64, 0, false, 3), 2],
    [
      "packets of a bulk transfer",
      ([slot], handle) => addon.submit(handle, slot, SOURCE, BULK, 64, 0, false, 1),
      2,
    ],
    [
      "a setup packet that belies the length",
      ([slot, bytes], handle) => {
        bytes.set([0x80, 6, 0, 1, 0, 0, 0xff, 0xff]);
        return addon.submit(handle, slot, 0, CONTROL, 26, 0, false, 0);
      },
      0,
    ],
    [
      "a control transfer without a setup packet",
      ([slot], handle) => addon.submit(handle, slot, 0, CONTROL, 7, 0, false, 0),
      0,
    ],
  ])("%s", async (_, submit, packets) => {
    const handle = await openPlayed();
    const slot = slotOf(64, packets);
    expect(() => submit(slot, handle)).toThrow(RangeError);
    addon.freeSlot(slot[0]);
    await closeAll(handle);
  });

  it("a slot that is in flight", async () => {
    const handle = await openPlayed();
    const [slot] = slotOf(512);
    expect(addon.submit(handle, slot, SILENT, BULK, 512, 0, false, 0)).toBe(0);
    expect(() => addon.submit(handle, slot, SILENT, BULK, 512, 0, false, 0)).toThrow("is in use");
    expect(addon.cancel(slot)).toBe(0);
    await ended(slot);
    addon.freeSlot(slot);
    await closeAll(handle);
  });
});

describe("nothing is freed that libusb still uses", () => {
  it("neither a handle with transfers in flight, nor a context with handles", async () => {
    const handle = await openPlayed();
    const [slot] = slotOf(512);
    addon.submit(handle, slot, SILENT, BULK, 512, 0, false, 0);
    expect(() => addon.freeHandle(handle)).toThrow("has transfers in flight");
    expect(() => addon.exitContext(context, 99)).toThrow("is not freed");
    expect(() => addon.freeContext(context)).toThrow("is not freed");
    addon.cancel(slot);
    await ended(slot);
    addon.freeSlot(slot);
    await closeAll(handle);
  });

  it("and a handle that is freed without having been closed is closed", async () => {
    addon.freeHandle(await openPlayed());
    const again = await openPlayedAgain();
    await closeAll(again);
  });

  it("and nothing is submitted once a close was asked for", async () => {
    const handle = await openPlayed();
    const [slot] = slotOf(512);
    const closing = run((job) => addon.closeHandle(handle, job));
    expect(addon.submit(handle, slot, SOURCE, BULK, 512, 0, false, 0)).toBe(-4);
    await closing;
    addon.freeSlot(slot);
    addon.freeHandle(handle);
  });

  it("and an ended context takes nothing more", async () => {
    const [other] = addon.createContext(library, () => undefined);
    addon.exitContext(other, 2);
    expect(() => addon.listDevices(other, 3)).toThrow("has ended");
    expect(() => addon.openDevice(other, 3, 1, false)).toThrow("has ended");
    addon.freeContext(other);
    expect(() => addon.takeEvents(other)).toThrow("does not exist");
  });
});

/** As openPlayed(), when the device has been listed before. */
async function openPlayedAgain(): Promise<number> {
  const job = ++lastJob;
  addon.listDevices(context, job);
  await ended(-job);
  const { ids } = addon.takeResult(context, job) as NativeListing;
  for (const id of ids) {
    let handle = 0;
    const status = await run((opening) => {
      handle = addon.openDevice(context, opening, id, false);
    });
    if (status === 0 && (await run((claiming) => addon.claimInterface(handle, claiming, 2))) === 0)
      return handle;
    await closeAll(handle);
  }
  throw new Error("no device could be opened");
}
