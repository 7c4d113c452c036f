import { describe, expect, it } from "vitest";
import { parseDeviceDescriptor } from "../../src/usb/parse-device.js";
import { bytesOf } from "./samples.js";

const GOOD = "12 01 10 02 ff 01 02 40 25 05 a0 a4 01 06 01 02 03 02";

/** The good descriptor with some bytes changed. */
function changed(changes: Readonly<Record<number, number>>): Uint8Array {
  const bytes = bytesOf(GOOD);
  for (const [offset, value] of Object.entries(changes)) bytes[Number(offset)] = value;
  return bytes;
}

describe("parseDeviceDescriptor", () => {
  it("reads every field", () => {
    expect(parseDeviceDescriptor(bytesOf(GOOD))).toEqual({
      warnings: [],
      descriptor: {
        bLength: 18,
        bDescriptorType: 1,
        bcdUSB: 0x0210,
        bDeviceClass: 0xff,
        bDeviceSubClass: 1,
        bDeviceProtocol: 2,
        bMaxPacketSize0: 64,
        idVendor: 0x0525,
        idProduct: 0xa4a0,
        bcdDevice: 0x0601,
        iManufacturer: 1,
        iProduct: 2,
        iSerialNumber: 3,
        bNumConfigurations: 2,
      },
    });
  });

  it.each([
    ["no bytes", new Uint8Array(), ["truncated@0"]],
    ["one byte", bytesOf("12"), ["truncated@0"]],
    ["eight bytes", bytesOf(GOOD).subarray(0, 8), ["truncated@7"]],
    ["bLength 0", changed({ 0: 0 }), ["zero-length@0"]],
    ["bLength 8", changed({ 0: 8 }), ["too-short@0"]],
    ["bLength 255", changed({ 0: 255 }), ["too-long@0"]],
    ["bytes behind it", bytesOf(GOOD, "09 02"), ["too-long@18"]],
    ["another type", changed({ 1: 2 }), ["wrong-type@1"]],
    ["a packet size of 7", changed({ 7: 7 }), ["bad-value@7"]],
    ["no configuration", changed({ 17: 0 }), ["bad-value@17"]],
  ])("names the fault: %s", (_, bytes, faults) => {
    const { warnings } = parseDeviceDescriptor(bytes);
    expect(warnings.map(({ code, offset }) => `${code}@${offset}`)).toEqual(faults);
    expect(warnings.every(({ source }) => source === "device")).toBe(true);
  });

  it("keeps the fields that arrived of a descriptor cut short", () => {
    const { descriptor } = parseDeviceDescriptor(bytesOf(GOOD).subarray(0, 11));
    expect(descriptor).toMatchObject({
      bcdUSB: 0x0210,
      idVendor: 0x0525,
      idProduct: 0xa0,
      bNumConfigurations: 0,
    });
  });
});
