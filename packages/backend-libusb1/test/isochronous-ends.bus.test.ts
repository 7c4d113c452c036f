import { getBackend } from "@tsusb/backend-libusb1";
import type { Device, IBackend, IsoPacket, TransferResult } from "@tsusb/core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { BusClient } from "../../../testbed/bus/client.js";
import { frameBytes } from "../../../testbed/bus/isochronous-plan.js";
import { openIsochronous, plugIsochronous } from "./isochronous-device.js";

/** Three times 1024 bytes in each microframe, numbered by frames. */
const SOURCE = 0x83;
const SINK = 0x03;
const FULL = 3072;
/** Short enough for a test; time stands while it passes. */
const TIMEOUT = 400;

let bus: BusClient;
let backend: IBackend;
let id: string;
let device: Device;

beforeAll(async () => {
  bus = await BusClient.connect();
  backend = await getBackend();
  id = await plugIsochronous(bus, "iso-high", 22);
});

beforeEach(async () => {
  await bus.stopClock(id);
  device = await openIsochronous(backend, id);
  await device.setInterfaceAltsetting(2, 1);
});

afterEach(() => device.close());

afterAll(async () => {
  await bus.unplug(id);
  bus.close();
  await backend.close();
});

/** Waits until the bus holds so many URBs of an endpoint. */
const queued = (endpoint: number, urbs: number) =>
  expect
    .poll(async () => (await bus.inspect(id)).endpoints.find((each) => each.endpoint === endpoint)?.pending, {
      interval: 2,
    })
    .toBe(urbs);

/** Starts a read of so many packets, each with room for `size` bytes, and waits until libusb has handed over all of it. */
async function begin(
  count: number,
  options: { readonly timeout?: number; readonly signal?: AbortSignal; readonly into?: Uint8Array } = {},
): Promise<{ readonly ended: Promise<TransferResult> }> {
  const { timeout = 0, signal, into } = options;
  const length = into === undefined ? { length: count * FULL } : { into };
  const packetLengths = new Array<number>(count).fill(FULL);
  const request = { endpoint: SOURCE, ...length, packetLengths };
  const ended = device.transfer(request, signal === undefined ? { timeout } : { timeout, signal });
  ended.catch(() => undefined);
  await queued(SOURCE, Math.ceil(count / 128));
  return { ended };
}

/** The first packets are those of the first frames, and nothing came of the others. */
function expectFrames(packets: readonly IsoPacket[] | undefined, done: number, data: Uint8Array): void {
  const ends = packets?.map(({ status, length }) => `${status} ${length}`);
  const expected = Array.from(packets ?? [], (_, index) => (index < done ? `completed ${FULL}` : "error 0"));
  expect(ends).toEqual(expected);
  for (let frame = 0; frame < done; frame++) {
    const { offset } = packets?.[frame] ?? { offset: 0 };
    expect(offset).toBe(frame * FULL);
    expect(Buffer.compare(data.subarray(offset, offset + FULL), frameBytes(frame, FULL))).toBe(0);
  }
  expect(data.subarray(done * FULL).every((byte) => byte === 0)).toBe(true);
}

describe("an isochronous transfer", () => {
  for (const [count, done] of [
    [10, 3],
    [128, 128 - 1],
    [300, 0],
    [300, 100],
    [300, 200],
    [1000, 900],
  ] as const) {
    it(`of ${count} packets tells at its timeout which ${done} had come, and has their bytes`, async () => {
      const { ended } = await begin(count, { timeout: TIMEOUT });
      if (done > 0) await bus.tick(id, done);
      const result = await ended;
      expect(result).toMatchObject({ status: "timedOut", backendErrorCode: -7, length: done * FULL });
      expect(result.packets).toHaveLength(count);
      expectFrames(result.packets, done, result.data ?? new Uint8Array(0));
    });
  }

  it("fills `into` with what had come when it was aborted", async () => {
    const controller = new AbortController();
    const into = new Uint8Array(300 * FULL).fill(0xee);
    const { ended } = await begin(300, { into, signal: controller.signal });
    await bus.tick(id, 150);
    controller.abort();
    const error = await ended.catch((reason: unknown) => reason);
    expect(error).toMatchObject({ name: "AbortError", transferred: 150 * FULL });
    for (let frame = 0; frame < 150; frame++)
      expect(Buffer.compare(into.subarray(frame * FULL, (frame + 1) * FULL), frameBytes(frame, FULL))).toBe(
        0,
      );
    expect(into.subarray(150 * FULL).every((byte) => byte === 0xee)).toBe(true);
  });

  it("leaves the schedule free for the next one when it is aborted", async () => {
    const controller = new AbortController();
    const { ended } = await begin(1000, { signal: controller.signal });
    await bus.tick(id, 1);
    controller.abort();
    await expect(ended).rejects.toMatchObject({ name: "AbortError" });
    const next = await begin(2);
    await bus.tick(id, 2);
    const { packets, data = new Uint8Array(0) } = await next.ended;
    expect(packets?.map(({ length }) => length)).toEqual([FULL, FULL]);
    expect(data.subarray(0, FULL)).toEqual(frameBytes(1, FULL));
  });

  it("tells how many packets went out before its timeout", async () => {
    const writing = device.transfer(
      {
        endpoint: SINK,
        data: new Uint8Array(300 * FULL).fill(7),
        packetLengths: new Array<number>(300).fill(FULL),
      },
      { timeout: TIMEOUT },
    );
    await queued(SINK, 3);
    await bus.tick(id, 140);
    const { status, length, packets = [] } = await writing;
    expect({ status, length }).toEqual({ status: "timedOut", length: 140 * FULL });
    expect(packets.map((packet) => packet.length)).toEqual(
      Array.from({ length: 300 }, (_, index) => (index < 140 ? FULL : 0)),
    );
    expect(await bus.recorded(id, SINK)).toHaveLength(140);
  });

  it("meets faults packet by packet and completes all the same", async () => {
    for (const fault of [
      { do: "short", bytes: 7, after: 1 },
      { do: "missed" },
      { do: "error", name: "EILSEQ" },
      { do: "error", name: "EPIPE" },
      { do: "long" },
    ] as const)
      await bus.fault(id, { endpoint: SOURCE, ...fault });
    const { ended } = await begin(7);
    await bus.tick(id, 7);
    const { status, packets = [] } = await ended;
    expect(status).toBe("completed");
    expect(packets.map((packet) => `${packet.status} ${packet.length}`)).toEqual([
      `completed ${FULL}`,
      "completed 7",
      "error 0",
      "error 0",
      "stall 0",
      `overflow ${FULL}`,
      `completed ${FULL}`,
    ]);
  });

  it("is refused with EINVAL if a packet is longer than the endpoint takes", async () => {
    const packetLengths = [FULL + 1];
    await expect(device.isoRead(SOURCE, FULL + 1, { packetLengths })).rejects.toMatchObject({
      code: "EINVAL",
    });
  });

  it("that the system has no memory for is refused, and one that fits goes", async () => {
    // usbfs holds 16 MiB for all URBs.
    const count = 6000;
    await expect(
      device.transfer({
        endpoint: SOURCE,
        length: count * FULL,
        packetLengths: new Array<number>(count).fill(FULL),
      }),
    ).resolves.toMatchObject({ status: "error", length: 0 });
    const { ended } = await begin(2);
    await bus.tick(id, 2);
    await expect(ended).resolves.toMatchObject({ status: "completed", length: 2 * FULL });
  });

  it("keeps alternate settings as they are while it is in flight", async () => {
    const { ended } = await begin(300);
    await bus.tick(id, 200);
    await expect(device.setInterfaceAltsetting(2, 0)).rejects.toMatchObject({ code: "EBUSY" });
    await bus.tick(id, 100);
    await expect(ended).resolves.toMatchObject({ status: "completed", length: 300 * FULL });
  });

  it("keeps what came when the device is unplugged, packet by packet", async () => {
    const { ended } = await begin(300);
    await bus.tick(id, 200);
    await bus.unplug(id);
    const result = await ended;
    expect(result).toMatchObject({ status: "noDevice", length: 200 * FULL });
    expectFrames(result.packets, 200, result.data ?? new Uint8Array(0));
    await device.close();
    await bus.replug(id);
  });
});
