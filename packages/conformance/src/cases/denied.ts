import type { BackendSupports, TransferStatus } from "@tsusb/core/backend";
import { expect } from "vitest";
import type { ConformanceCase, Topic } from "../conformance-case.js";
import { type CaseContext, expectBytes, expectCode, PATIENCE, testBytes } from "../context.js";
import { halt } from "./halts.js";
import { roundTrip, write } from "./round-trip.js";

/** Milliseconds after which a transfer ends whose end the library may not tell. */
const TIMEOUT = 300;

type Ability = keyof BackendSupports;

const denied = (
  ability: Ability,
  run: ConformanceCase<CaseContext>["run"],
): ConformanceCase<CaseContext> => ({
  name: `rejects with ENOSYS what it denies: ${ability}`,
  appliesTo: (supports) => supports[ability] === false,
  run,
});

const untold = (ability: Ability, fields: readonly ("portNumbers" | "speed" | "product")[]) => ({
  ...denied(ability, async ({ device }) => {
    for (const field of fields) expect(device[field]).toBeUndefined();
  }),
  name: `leaves open what it does not know: ${ability}`,
});

/** No device answers this vendor request. */
const UNKNOWN_REQUEST = 0xf7;

/** What the manifest denies is called all the same: a backend that can more than it says is wrong too. */
export const deniedAbilities: Topic<CaseContext> = {
  name: "denied abilities",
  cases: [
    denied("isochronous", async ({ open, transfer }) => {
      const request = { type: "isochronous", endpoint: 0x81, length: 64, packetLengths: [64] } as const;
      await expectCode(transfer(await open(), { ...request, timeout: PATIENCE }), "ENOSYS");
    }),
    {
      ...denied("isochronous", async ({ backend, open }) => {
        const handle = await open();
        const sent = new Uint8Array(8);
        await expectCode(backend.isoWrite(handle, 0x01, 0, sent, [8], PATIENCE), "ENOSYS");
        await expectCode(backend.isoRead(handle, 0x81, 0, sent, [8], PATIENCE), "ENOSYS");
        const request = { type: "isochronous", packetLengths: [8], transfers: 1 } as const;
        const size = { transferSize: 8, bufferSize: 8 } as const;
        await expectCode(backend.openStream(handle, { ...request, ...size, endpoint: 0x81 }), "ENOSYS");
        await expectCode(backend.openSink(handle, { ...request, ...size, endpoint: 0x01 }), "ENOSYS");
      }),
      name: "rejects with ENOSYS its named transfers and streams too: isochronous",
    },
    {
      ...denied("bulkStreams", async (context) => {
        const pair = context.part("bulkLoopback");
        const request = { type: "bulk", streamId: 1, timeout: PATIENCE } as const;
        const handle = await context.use(pair);
        const reading = { ...request, endpoint: pair.in, length: pair.packetSize };
        await expectCode(context.transfer(handle, reading), "ENOSYS");
        const writing = { ...request, endpoint: pair.out, data: new Uint8Array(8) };
        await expectCode(context.transfer(handle, writing), "ENOSYS");
        await expectCode(context.backend.allocStreams(handle, 1, [pair.in, pair.out]), "ENOSYS");
        await expectCode(context.backend.freeStreams(handle, [pair.in, pair.out]), "ENOSYS");
      }),
      parts: ["bulkLoopback"],
    },
    denied("parent", async ({ backend, device }) => {
      await expectCode(backend.getParent(device), "ENOSYS");
    }),
    denied("kernelDriver", async ({ backend, open }) => {
      const handle = await open();
      await expectCode(backend.isKernelDriverActive(handle, 0), "ENOSYS");
      await expectCode(backend.detachKernelDriver(handle, 0), "ENOSYS");
      await expectCode(backend.attachKernelDriver(handle, 0), "ENOSYS");
    }),
    denied("reset", async ({ backend, open }) => {
      await expectCode(backend.resetDevice(await open()), "ENOSYS");
    }),
    denied("clearHalt", async ({ backend, open }) => {
      await expectCode(backend.clearHalt(await open(), 0x81), "ENOSYS");
    }),
    denied("wrapSysDevice", async ({ backend }) => {
      await expectCode(backend.wrapSysDevice(0), "ENOSYS");
    }),
    {
      name: "tells no bytes of a read that timed out, since it cannot: partialOnTimeout",
      appliesTo: ({ partialOnTimeout }) => !partialOnTimeout,
      parts: ["bulkLoopback"],
      run: async (context) => {
        const pair = context.part("bulkLoopback");
        const handle = await context.use(pair);
        const size = pair.bufferSize ?? pair.packetSize;
        await write(context, handle, ["bulk", pair], testBytes(size));
        const request = { type: "bulk", endpoint: pair.in, length: 2 * size, timeout: TIMEOUT } as const;
        expect(await context.transfer(handle, request)).toMatchObject({ status: "timedOut", length: 0 });
      },
    },
    {
      name: "gives no more than was asked for of a packet that is longer, and calls it no overflow: distinguishesOverflow",
      appliesTo: ({ distinguishesOverflow }) => !distinguishesOverflow,
      parts: ["bulkLoopback"],
      run: async (context) => {
        const pair = context.part("bulkLoopback");
        const handle = await context.use(pair);
        await write(context, handle, ["bulk", pair], testBytes(15));
        const into = new Uint8Array(32).fill(0xee);
        const request = {
          type: "bulk",
          endpoint: pair.in,
          into: into.subarray(0, 5),
          timeout: TIMEOUT,
        } as const;
        const { status, length } = await context.transfer(handle, request);
        expect(status).not.toBe("overflow");
        expect(length).toBeLessThanOrEqual(5);
        expectBytes(into.slice(0, length), testBytes(15).slice(0, length));
        expect(into.subarray(5).every((byte) => byte === 0xee)).toBe(true);
      },
    },
    {
      name: "tells of some stalls only that no byte moved, and goes on after each: distinguishesStall",
      appliesTo: ({ distinguishesStall }) => !distinguishesStall,
      parts: ["bulkLoopback"],
      run: async (context) => {
        const pair = context.part("bulkLoopback");
        const handle = await context.use(pair);
        const statuses: TransferStatus[] = [];
        const setup = { bmRequestType: 0xc0, bRequest: UNKNOWN_REQUEST, wValue: 0, wIndex: 0, wLength: 8 };
        const refused = { type: "control", endpoint: 0, setup, length: 8, timeout: TIMEOUT } as const;
        const control = await context.transfer(handle, refused);
        expect(control.length).toBe(0);
        statuses.push(control.status);
        expect((await context.controlIn(handle, 0x80, 6, 0x0100, 0, 18)).length).toBe(18);
        for (const endpoint of context.backend.supports.clearHalt ? [pair.in, pair.out] : []) {
          await halt(context, handle, endpoint);
          const moved = endpoint === pair.in ? { length: pair.packetSize } : { data: new Uint8Array(8) };
          const halted = { type: "bulk", endpoint, ...moved, timeout: TIMEOUT } as const;
          const result = await context.transfer(handle, halted);
          if (endpoint === pair.in) expect(result.length).toBe(0);
          statuses.push(result.status);
          await context.backend.clearHalt(handle, endpoint);
        }
        await context.claim(handle, pair);
        await roundTrip(context, handle, ["bulk", pair], 7);
        expect(new Set(statuses)).not.toEqual(new Set(["stall"]));
      },
    },
    untold("portNumbers", ["portNumbers"]),
    untold("speed", ["speed"]),
    untold("stringsWithoutOpening", ["product"]),
  ],
};
