import { USBAbortError, USBTimeoutError, util } from "@tsusb/core";
import { expect } from "vitest";
import { collect } from "../cases/packets.js";
import type { Topic } from "../conformance-case.js";
import { expectBytes, expectCode, isSettled, PATIENCE, testBytes } from "../context.js";
import type { ModelContext } from "../model-context.js";

/** Transfers, as a program makes them. */
export const moving: Topic<ModelContext> = {
  name: "moving data",
  cases: [
    {
      name: "writes every kind of data",
      parts: ["bulkLoopback"],
      run: async (context) => {
        const pair = context.part("bulkLoopback");
        const device = await context.use(pair);
        const bytes = Uint8Array.of(0x68, 0x65, 0x6c, 0x6c, 0x6f);
        for (const data of [
          bytes,
          [...bytes],
          "hello",
          bytes.buffer,
          new DataView(bytes.buffer),
          new Set(bytes),
        ]) {
          const expected = data instanceof Set ? Uint8Array.from(data) : bytes;
          expect(await device.write(pair.out, data, PATIENCE)).toBe(expected.byteLength);
          expectBytes(await device.read(pair.in, pair.packetSize, PATIENCE), expected);
        }
      },
    },
    {
      name: "reads into a buffer and gives the count",
      parts: ["bulkLoopback"],
      run: async (context) => {
        const pair = context.part("bulkLoopback");
        const device = await context.use(pair);
        const buffer = new Uint8Array(pair.packetSize);
        await device.write(pair.out, testBytes(7), PATIENCE);
        expect(await device.readInto(pair.in, buffer, PATIENCE)).toBe(7);
        expectBytes(buffer.slice(0, 7), testBytes(7));
      },
    },
    {
      name: "writes and reads by the endpoint's own methods",
      parts: ["bulkLoopback"],
      run: async (context) => {
        const pair = context.part("bulkLoopback");
        const device = await context.use(pair);
        const alternate = (await device.getActiveConfiguration())?.getInterface(pair.interfaceNumber);
        const endpoints = alternate?.endpoints ?? [];
        const out = util.findDescriptor(endpoints, { bEndpointAddress: pair.out });
        const back = util.findDescriptor(endpoints, { bEndpointAddress: pair.in });
        for (const data of [testBytes(7), [...testBytes(6)], "hello"]) {
          const expected = typeof data === "string" ? new TextEncoder().encode(data) : Uint8Array.from(data);
          expect(await out?.write(data, PATIENCE)).toBe(expected.byteLength);
          expectBytes(await back?.read(pair.packetSize, PATIENCE), expected);
          expect(await out?.write(data, PATIENCE)).toBe(expected.byteLength);
          const buffer = new Uint8Array(pair.packetSize);
          expect(await back?.readInto(buffer, PATIENCE)).toBe(expected.byteLength);
          expectBytes(buffer.slice(0, expected.byteLength), expected);
        }
      },
    },
    {
      name: "moves control data both ways",
      parts: ["store"],
      run: async (context) => {
        const { configurationValue, write, read } = context.part("store");
        const device = await context.find();
        await device.setConfiguration(configurationValue);
        for (const data of [testBytes(8), [...testBytes(7)], "hello"]) {
          const expected = typeof data === "string" ? new TextEncoder().encode(data) : Uint8Array.from(data);
          expect(await device.ctrlTransfer(0x40, write, 0, 0, data)).toBe(expected.byteLength);
          expectBytes(await device.ctrlTransfer(0xc0, read, 0, 0, expected.byteLength), expected);
          const buffer = new Uint8Array(expected.byteLength);
          expect(await device.ctrlTransfer(0xc0, read, 0, 0, buffer)).toBe(expected.byteLength);
          expectBytes(buffer, expected);
        }
      },
    },
    {
      name: "moves data over an interrupt pair",
      parts: ["interruptLoopback"],
      run: async (context) => {
        const pair = context.part("interruptLoopback");
        const device = await context.use(pair);
        for (const data of [testBytes(7), [...testBytes(6)], "hello"]) {
          const expected = typeof data === "string" ? new TextEncoder().encode(data) : Uint8Array.from(data);
          expect(await device.write(pair.out, data, PATIENCE)).toBe(expected.byteLength);
          expectBytes(await device.read(pair.in, pair.packetSize, PATIENCE), expected);
        }
      },
    },
    {
      name: "moves packets over an isochronous pair and tells of each",
      parts: ["isochronousLoopback"],
      supports: ({ isochronous }) => isochronous,
      run: async (context) => {
        const pair = context.part("isochronousLoopback");
        const device = await context.use(pair);
        const bytes = testBytes(2 * pair.packetSize + 5);
        const { packets } = await device.isoWrite(pair.out, bytes, PATIENCE);
        expect(packets.map(({ length }) => length)).toEqual([pair.packetSize, pair.packetSize, 5]);
        const room = 4 * pair.packetSize;
        const back = await collect(bytes.byteLength, () => device.isoRead(pair.in, room, PATIENCE));
        expectBytes(back.bytes, bytes);
      },
    },
    {
      name: "moves bytes over an isochronous pair without the holes behind short packets",
      parts: ["isochronousLoopback"],
      supports: ({ isochronous }) => isochronous,
      run: async (context) => {
        const pair = context.part("isochronousLoopback");
        const device = await context.use(pair);
        for (const data of [testBytes(pair.packetSize + 3), [...testBytes(6)], "hello"]) {
          const expected = typeof data === "string" ? new TextEncoder().encode(data) : Uint8Array.from(data);
          expect(await device.write(pair.out, data, PATIENCE)).toBe(expected.byteLength);
          const back = await collect(expected.byteLength, async () => {
            const bytes = await device.read(pair.in, 4 * pair.packetSize, PATIENCE);
            return { data: bytes, packets: [{ status: "completed", offset: 0, length: bytes.byteLength }] };
          });
          expectBytes(back.bytes, expected);
        }
      },
    },
    {
      name: "rejects a refused request with EPIPE, and gives it as a value by `transfer`",
      supports: ({ distinguishesStall }) => distinguishesStall,
      run: async ({ find }) => {
        const device = await find();
        await expectCode(device.ctrlTransfer(0xc0, 0xf7, 0, 0, 8), "EPIPE");
        const setup = { bmRequestType: 0xc0, bRequest: 0xf7, wValue: 0, wIndex: 0, wLength: 8 };
        expect((await device.transfer({ setup, length: 8 })).status).toBe("stall");
      },
    },
    {
      name: "rejects a read that nothing answers with USBTimeoutError",
      parts: ["silent"],
      run: async (context) => {
        const { endpoint, packetSize, ...place } = context.part("silent");
        const device = await context.use(place);
        const error = await device.read(endpoint, packetSize, 50).catch((reason: unknown) => reason);
        expect(error).toBeInstanceOf(USBTimeoutError);
        expect(error).toMatchObject({ code: "ETIMEDOUT", transferred: 0, backend: context.backend.name });
      },
    },
    {
      name: "resolves a read that timed out after some bytes with those",
      parts: ["bulkLoopback"],
      supports: ({ partialOnTimeout }) => partialOnTimeout,
      run: async (context) => {
        const pair = context.part("bulkLoopback");
        const device = await context.use(pair);
        const size = pair.bufferSize ?? pair.packetSize;
        await device.write(pair.out, testBytes(size), PATIENCE);
        expectBytes(await device.read(pair.in, 2 * size, 50), testBytes(size));
      },
    },
    {
      name: "aborts one of 100 reads and no other",
      parts: ["silent"],
      supports: ({ cancel }) => cancel === "one",
      run: async (context) => {
        const { endpoint, packetSize, ...place } = context.part("silent");
        const device = await context.use(place);
        const others = Array.from({ length: 99 }, () =>
          device.read(endpoint, packetSize, 0).catch(() => undefined),
        );
        const abort = new AbortController();
        const one = device.read(endpoint, packetSize, { timeout: 0, signal: abort.signal });
        expect(await isSettled(one)).toBe(false);
        const reason = new Error("enough");
        abort.abort(reason);
        const error = await one.catch((why: unknown) => why);
        expect(error).toBeInstanceOf(USBAbortError);
        expect(error).toMatchObject({ name: "AbortError", code: "ABORT_ERR", cause: reason });
        expect(await isSettled(Promise.race(others))).toBe(false);
        await device.close();
        await Promise.all(others);
      },
    },
    {
      name: "waits for the timeout of an aborted read that nothing can end",
      parts: ["silent"],
      appliesTo: ({ cancel }) => cancel === "none",
      run: async (context) => {
        const { endpoint, packetSize, ...place } = context.part("silent");
        const device = await context.use(place);
        const abort = new AbortController();
        const read = device.read(endpoint, packetSize, { timeout: 300, signal: abort.signal });
        expect(await isSettled(read)).toBe(false);
        abort.abort();
        await expectCode(read, "ETIMEDOUT");
      },
    },
    {
      name: "has 100 reads share one signal without a warning",
      parts: ["silent"],
      supports: ({ cancel }) => cancel === "one",
      run: async (context) => {
        const { endpoint, packetSize, ...place } = context.part("silent");
        const device = await context.use(place);
        const warnings: Error[] = [];
        const note = (warning: Error) => warnings.push(warning);
        process.on("warning", note);
        const abort = new AbortController();
        const reads = Array.from({ length: 100 }, () =>
          device.read(endpoint, packetSize, { timeout: 0, signal: abort.signal }).catch((why: Error) => why),
        );
        await isSettled(Promise.race(reads));
        abort.abort();
        for (const error of await Promise.all(reads)) expect(error).toBeInstanceOf(USBAbortError);
        await new Promise((resolve) => setTimeout(resolve, 0));
        process.off("warning", note);
        expect(warnings).toEqual([]);
      },
    },
    {
      name: "rejects with ENOENT for an endpoint that does not exist, naming those that do",
      parts: ["bulkLoopback"],
      run: async (context) => {
        const pair = context.part("bulkLoopback");
        const device = await context.use(pair);
        const error = await device.read(0x8e, 8).catch((why: unknown) => why);
        expect(error).toMatchObject({ code: "ENOENT" });
        expect(String(error)).toContain(`0x${pair.in.toString(16)}`);
      },
    },
    {
      name: "rejects a read of an OUT endpoint",
      parts: ["bulkLoopback"],
      run: async (context) => {
        const pair = context.part("bulkLoopback");
        const device = await context.use(pair);
        const error = await device.read(pair.out, 8).catch((why: unknown) => why);
        expect(error).toBeInstanceOf(Error);
        expect(String(error)).toContain(`0x${pair.out.toString(16).padStart(2, "0")}`);
      },
    },
  ],
};
