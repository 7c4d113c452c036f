import { USBAbortError, USBTimeoutError } from "@tsusb/core";
import { expect } from "vitest";
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
        await device.write(pair.out, testBytes(33), PATIENCE);
        expect(await device.readInto(pair.in, buffer, PATIENCE)).toBe(33);
        expectBytes(buffer.slice(0, 33), testBytes(33));
      },
    },
    {
      name: "moves control data both ways",
      parts: ["store"],
      run: async (context) => {
        const { configurationValue, write, read } = context.part("store");
        const device = await context.find();
        await device.setConfiguration(configurationValue);
        expect(await device.ctrlTransfer(0x40, write, 0, 0, testBytes(200))).toBe(200);
        expectBytes(await device.ctrlTransfer(0xc0, read, 0, 0, 200), testBytes(200));
        const buffer = new Uint8Array(200);
        expect(await device.ctrlTransfer(0xc0, read, 0, 0, buffer)).toBe(200);
        expectBytes(buffer, testBytes(200));
      },
    },
    {
      name: "moves data over an interrupt pair",
      parts: ["interruptLoopback"],
      run: async (context) => {
        const pair = context.part("interruptLoopback");
        const device = await context.use(pair);
        await device.write(pair.out, testBytes(17), PATIENCE);
        expectBytes(await device.read(pair.in, pair.packetSize, PATIENCE), testBytes(17));
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
