import { describe, expect, it } from "vitest";
import {
  encodeLangids,
  encodeStringDescriptor,
  parseLangids,
  parseStringDescriptor,
} from "../../src/usb/strings.js";
import { bytesOf } from "./samples.js";

describe("parseStringDescriptor", () => {
  it.each(["", "Gadget Zero", "Gehäuse ✓ 𝄞", "\ufeffmark first", "x".repeat(126)])(
    "reads back what was encoded: %j",
    (text) => {
      expect(parseStringDescriptor(encodeStringDescriptor(text), 1)).toEqual({ text, warnings: [] });
    },
  );

  it.each([
    ["no bytes", "", "", ["truncated@0"]],
    ["one byte", "04", "", ["truncated@0"]],
    ["bLength 0", "00 03 41 00", "", ["zero-length@0"]],
    ["bLength 1", "01 03 41 00", "", ["too-short@0"]],
    ["bLength too large", "10 03 41 00", "A", ["truncated@0"]],
    ["bLength too large, ending in half a unit", "10 03 41 00 42", "A", ["truncated@0"]],
    ["bLength too small", "04 03 41 00 42 00", "A", ["too-long@4"]],
    ["an odd bLength", "05 03 41 00 42", "A", ["bad-value@0"]],
    ["another type", "04 02 41 00", "A", ["wrong-type@1"]],
    ["half a surrogate pair", "06 03 34 d8 41 00", "\ufffdA", []],
  ])("gives the sound part and names the fault: %s", (_, hex, text, faults) => {
    const { warnings, ...rest } = parseStringDescriptor(bytesOf(hex), 7);
    expect(rest).toEqual({ text });
    expect(warnings.map(({ code, offset }) => `${code}@${offset}`)).toEqual(faults);
    expect(warnings.every(({ source }) => source === "string 7")).toBe(true);
  });
});

describe("parseLangids", () => {
  it.each([
    ["two languages", "06 03 09 04 07 04", [0x0409, 0x0407]],
    ["a table that claims more than it has", "08 03 09 04 07", [0x0409]],
    ["a table that claims less than it has", "04 03 09 04 07 04", [0x0409]],
    ["no language", "02 03", []],
    ["three bytes", "04 03 09", []],
    ["an odd bLength", "05 03 09 04 07", []],
    ["no bytes", "", []],
  ])("follows PyUSB: %s", (_, hex, langids) => {
    expect(parseLangids(bytesOf(hex))).toEqual(langids);
  });

  it("reads back what was encoded", () => {
    expect(parseLangids(encodeLangids([0x0409, 0xffff]))).toEqual([0x0409, 0xffff]);
  });
});

describe("encoding", () => {
  it("refuses a text that does not fit", () => {
    expect(() => encodeStringDescriptor("x".repeat(127))).toThrow(RangeError);
  });

  it("refuses language ids of more than 16 bits, by index and value", () => {
    expect(() => encodeLangids([0x0409, 0x10000])).toThrow(/langids\[1\].*65536/);
    expect(() => encodeLangids(new Array(127).fill(1))).toThrow(RangeError);
  });
});
