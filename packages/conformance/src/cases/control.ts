import { expect } from "vitest";
import type { Topic } from "../conformance-case.js";
import { type CaseContext, expectBytes, PATIENCE, testBytes } from "../context.js";

/** No device answers this vendor request. */
const UNKNOWN_REQUEST = 0xf7;

/** Control transfers. */
export const control: Topic<CaseContext> = {
  name: "control transfers",
  cases: [
    {
      name: "ends with as many bytes as were asked for",
      run: async ({ controlIn, deviceUnderTest, open }) => {
        const { status, length, data } = await controlIn(await open(), 0x80, 6, 0x0100, 0, 8);
        expect({ status, length }).toEqual({ status: "completed", length: 8 });
        expectBytes(data, deviceUnderTest.deviceDescriptor.slice(0, 8));
      },
    },
    {
      name: "ends with as many bytes as the device has",
      run: async ({ controlIn, deviceUnderTest, open }) => {
        const { status, length, data } = await controlIn(await open(), 0x80, 6, 0x0100, 0, 255);
        expect({ status, length }).toEqual({ status: "completed", length: 18 });
        expectBytes(data, deviceUnderTest.deviceDescriptor);
      },
    },
    {
      name: "reads the language ids and a string",
      run: async ({ controlIn, deviceUnderTest, open }) => {
        const { langid, strings, deviceDescriptor } = deviceUnderTest;
        const handle = await open();
        const langids = await controlIn(handle, 0x80, 6, 0x0300, 0, 255);
        expect([...(langids.data ?? [])]).toEqual([4, 3, langid & 0xff, langid >> 8]);
        const text = await controlIn(handle, 0x80, 6, 0x0300 | (deviceDescriptor[15] ?? 0), langid, 255);
        expect(new TextDecoder("utf-16le").decode(text.data?.subarray(2))).toBe(strings.product);
      },
    },
    {
      name: "fills `into` from its start, leaves the rest and gives no `data`",
      run: async ({ deviceUnderTest, open, transfer }) => {
        const memory = new Uint8Array(64).fill(0xaa);
        const setup = { bmRequestType: 0x80, bRequest: 6, wValue: 0x0100, wIndex: 0, wLength: 32 };
        const into = memory.subarray(8, 40);
        const request = { type: "control", endpoint: 0, setup, into, timeout: PATIENCE } as const;
        const { length, data } = await transfer(await open(), request);
        expect({ length, data }).toEqual({ length: 18, data: undefined });
        expectBytes(memory.slice(8, 26), deviceUnderTest.deviceDescriptor);
        expect(new Set([...memory.subarray(0, 8), ...memory.subarray(26)])).toEqual(new Set([0xaa]));
      },
    },
    {
      name: "writes and reads back data stages of every length up to the device's store",
      parts: ["store"],
      run: async (context) => {
        const { configurationValue, write, read, size } = context.part("store");
        const handle = await context.configure(configurationValue);
        const edges = [1, 2, 7, 8, 9, 63, 64, 65, 511, 512, 513, 1024, size - 1, size];
        for (const length of edges.filter((each) => each <= size)) {
          const bytes = testBytes(length);
          const written = await context.controlOut(handle, 0x40, write, 0, 0, bytes);
          expect(written).toMatchObject({ status: "completed", length });
          expectBytes((await context.controlIn(handle, 0xc0, read, 0, 0, length)).data, bytes);
        }
      },
    },
    {
      name: "completes without a data stage",
      parts: ["store"],
      run: async (context) => {
        const { configurationValue, write, read } = context.part("store");
        const handle = await context.configure(configurationValue);
        expect(await context.controlOut(handle, 0x40, write, 0, 0)).toMatchObject({
          status: "completed",
          length: 0,
        });
        const { status, length } = await context.controlIn(handle, 0xc0, read, 0, 0, 0);
        expect({ status, length }).toEqual({ status: "completed", length: 0 });
      },
    },
    {
      name: "tells a refusal as a stall, and the next request is answered",
      supports: ({ distinguishesStall }) => distinguishesStall,
      run: async ({ controlIn, controlOut, expectErrorCode, open }) => {
        const handle = await open();
        for (const result of [
          await controlIn(handle, 0xc0, UNKNOWN_REQUEST, 0, 0, 8),
          await controlOut(handle, 0x40, UNKNOWN_REQUEST, 0, 0),
          await controlOut(handle, 0x40, UNKNOWN_REQUEST, 0, 0, new Uint8Array(8)),
        ]) {
          expect(result).toMatchObject({ status: "stall", length: 0 });
          expectErrorCode(result, "stall");
        }
        expect((await controlIn(handle, 0x80, 6, 0x0100, 0, 18)).status).toBe("completed");
      },
    },
    {
      name: "answers 64 requests that are in flight at once, each with its own bytes",
      run: async ({ controlIn, deviceUnderTest, open }) => {
        const handle = await open();
        const lengths = Array.from({ length: 64 }, (_, index) => 1 + (index % 18));
        const results = await Promise.all(
          lengths.map((length) => controlIn(handle, 0x80, 6, 0x0100, 0, length)),
        );
        for (const [index, { data }] of results.entries())
          expectBytes(data, deviceUnderTest.deviceDescriptor.slice(0, lengths[index]));
      },
    },
    {
      name: "has sent the bytes that were there when it was submitted",
      parts: ["store"],
      run: async (context) => {
        const { configurationValue, write, read, size } = context.part("store");
        const handle = await context.configure(configurationValue);
        const length = Math.min(100, size);
        const bytes = testBytes(length);
        const written = context.controlOut(handle, 0x40, write, 0, 0, bytes);
        bytes.fill(0);
        await written;
        expectBytes((await context.controlIn(handle, 0xc0, read, 0, 0, length)).data, testBytes(length));
      },
    },
  ],
};
