import { runInNewContext } from "node:vm";
import { describe, expect, it } from "vitest";
import { toBytes } from "../../src/usb/to-bytes.js";

const wrong = (value: unknown) => () => toBytes(value as never, "data");

describe("toBytes", () => {
  it.each([
    ["a string as UTF-8", "ä✓", [0xc3, 0xa4, 0xe2, 0x9c, 0x93]],
    ["an empty string", "", []],
    ["an array", [0, 1, 255], [0, 1, 255]],
    ["a set", new Set([3, 2]), [3, 2]],
    [
      "a generator",
      (function* () {
        yield 7;
        yield 8;
      })(),
      [7, 8],
    ],
    ["a Buffer", Buffer.from([1, 2]), [1, 2]],
    ["wider numbers as they lie in memory", new Uint16Array(Uint8Array.of(1, 2, 3, 4).buffer), [1, 2, 3, 4]],
    ["a DataView of a part", new DataView(Uint8Array.of(1, 2, 3, 4).buffer, 1, 2), [2, 3]],
    ["an ArrayBuffer", Uint8Array.of(9, 8).buffer, [9, 8]],
    ["a buffer of another realm", runInNewContext("Uint8Array.of(5, 6).buffer"), [5, 6]],
    ["an array of another realm", runInNewContext("[5, 6]"), [5, 6]],
  ])("takes %s", (_, data, bytes) => {
    expect([...toBytes(data, "data")]).toEqual(bytes);
  });

  it("takes shared memory", () => {
    const shared = new Uint8Array(new SharedArrayBuffer(2));
    shared.set([4, 5]);
    expect([...toBytes(shared, "data")]).toEqual([4, 5]);
    expect([...toBytes(shared.buffer as unknown as ArrayBuffer, "data")]).toEqual([4, 5]);
  });

  it("does not copy views and buffers", () => {
    const bytes = Uint8Array.of(1, 2, 3);
    expect(toBytes(bytes, "data")).toBe(bytes);
    expect(toBytes(bytes.buffer, "data").buffer).toBe(bytes.buffer);
    expect(toBytes(new DataView(bytes.buffer, 1), "data")).toMatchObject({
      byteOffset: 1,
      buffer: bytes.buffer,
    });
  });

  it.each([
    ["256", RangeError, [1, 256], /data\[1\].*256/],
    ["-1", RangeError, [-1], /data\[0\].*-1/],
    ["a fraction", RangeError, [0, 0, 1.5], /data\[2\].*1\.5/],
    ["a text", TypeError, ["a"], /data\[0\].*"a"/],
    ["a hole", TypeError, new Array(1), /data\[0\].*undefined/],
  ])("names index and value of an entry that is no byte: %s is a %o", (_, type, data, message) => {
    expect(wrong(data)).toThrow(type);
    expect(wrong(data)).toThrow(message);
  });

  it.each([[undefined], [null], [5], [true], [{}], [() => 1], [Symbol("x")], [5n]])("refuses %s", (value) => {
    expect(wrong(value)).toThrow(TypeError);
    expect(wrong(value)).toThrow(/^data must be/);
  });

  it("tells what to do where a number is given, which PyUSB takes for zeros", () => {
    expect(wrong(5)).toThrow(/new Uint8Array\(5\).*\[5\]/);
  });

  it("refuses a detached buffer instead of sending nothing", () => {
    const bytes = Uint8Array.of(1, 2);
    const { buffer } = bytes;
    structuredClone(buffer, { transfer: [buffer] });
    expect(wrong(bytes)).toThrow(/data is detached/);
    expect(wrong(buffer)).toThrow(TypeError);
    expect(wrong(new Uint8Array())).not.toThrow();
  });
});
