import { describe, expect, it } from "vitest";
import { parseBOS } from "../../src/usb/parse-bos.js";
import { bytesOf } from "./samples.js";

const USB_20_EXTENSION = "07 10 02 06 00 00 80";
const SUPERSPEED = "0a 10 03 02 0e 00 01 0a ff 07";
const CONTAINER_ID = "14 10 04 00 00 01 02 03 04 05 06 07 08 09 0a 0b 0c 0d 0e 0f";
const WEBUSB = "18 10 05 00 38 b6 08 34 a9 09 a0 47 8b fd a0 76 88 15 b6 65 00 01 01 02";
const SUPERSPEED_PLUS = "14 10 0a 00 01 00 00 00 00 11 00 00 30 40 0a 00 b0 40 0a 00";

function bos(count: number, ...parts: readonly string[]): Uint8Array {
  const body = bytesOf(...parts);
  return bytesOf(Uint8Array.of(5, 15, body.length + 5, 0, count), body);
}

describe("parseBOS", () => {
  it("reads every capability that the specification defines fields for", () => {
    const parsed = parseBOS(
      bos(6, USB_20_EXTENSION, SUPERSPEED, CONTAINER_ID, WEBUSB, SUPERSPEED_PLUS, "03 10 06"),
    );
    expect(parsed).toMatchObject({ bLength: 5, bDescriptorType: 15, bNumDeviceCaps: 6, warnings: [] });
    expect(parsed.capabilities).toMatchObject([
      {
        kind: "usb20Extension",
        bLength: 7,
        bDescriptorType: 16,
        bDevCapabilityType: 2,
        bmAttributes: 0x80000006,
      },
      {
        kind: "superSpeed",
        bmAttributes: 2,
        wSpeedsSupported: 14,
        bFunctionalitySupport: 1,
        bU1DevExitLat: 10,
        wU2DevExitLat: 0x07ff,
      },
      { kind: "containerId", containerId: "03020100-0504-0706-0809-0a0b0c0d0e0f" },
      {
        kind: "platform",
        platformCapabilityUUID: "3408b638-09a9-47a0-8bfd-a0768815b665",
        capabilityData: bytesOf("00 01 01 02"),
      },
      {
        kind: "superSpeedPlus",
        bmAttributes: 1,
        wFunctionalitySupport: 0x1100,
        bmSublinkSpeedAttr: [0x000a4030, 0x000a40b0],
      },
      { kind: "unknown", bDevCapabilityType: 6, bytes: bytesOf("03 10 06") },
    ]);
  });

  it.each([
    ["no bytes", bytesOf(""), ["truncated@0"], []],
    ["a head cut short", bytesOf("05 0f 05"), ["truncated@2"], []],
    ["bLength 0", bytesOf("00 0f 0c 00 01", USB_20_EXTENSION), ["zero-length@0"], ["usb20Extension"]],
    ["bLength 4", bytesOf("04 0f 0c 00 01", USB_20_EXTENSION), ["too-short@0"], ["usb20Extension"]],
    ["bLength 255", bytesOf("ff 0f 0c 00 01", USB_20_EXTENSION), ["too-long@0"], ["usb20Extension"]],
    ["another type", bytesOf("05 0e 0c 00 01", USB_20_EXTENSION), ["wrong-type@1"], ["usb20Extension"]],
    [
      "wTotalLength too large",
      bytesOf("05 0f 90 01 01", USB_20_EXTENSION),
      ["truncated@2"],
      ["usb20Extension"],
    ],
    [
      "wTotalLength too small",
      bytesOf("05 0f 05 00 01", USB_20_EXTENSION),
      ["too-long@2"],
      ["usb20Extension"],
    ],
    ["a count that lies", bos(9, USB_20_EXTENSION), ["count-mismatch@4"], ["usb20Extension"]],
    ["a capability of length 0", bos(1, "00 10 02 06"), ["zero-length@5"], ["unknown"]],
    ["a capability of length 1", bos(1, "01 10 02 06"), ["too-short@5"], ["unknown"]],
    ["a capability of length 2", bos(1, "02 10"), ["too-short@5"], ["unknown"]],
    ["a capability cut off", bos(1, "14 10 04 00 00 01"), ["truncated@5"], ["unknown"]],
    [
      "a capability too short for its type",
      bos(2, "06 10 02 06 00 00", SUPERSPEED),
      ["too-short@5"],
      ["unknown", "superSpeed"],
    ],
    [
      "a capability whose length lies but whose fields are there",
      bos(1, "ff 10 02 06 00 00 80"),
      ["truncated@5"],
      ["usb20Extension"],
    ],
    [
      "fewer sublinks than announced",
      bos(1, "10 10 0a 00 03 00 00 00 00 11 00 00 30 40 0a 00"),
      ["count-mismatch@9"],
      ["superSpeedPlus"],
    ],
    [
      "something else inside",
      bos(2, "04 24 01 02", USB_20_EXTENSION),
      ["wrong-type@6"],
      ["unknown", "usb20Extension"],
    ],
  ])("keeps what is sound and names the fault: %s", (_, bytes, faults, kinds) => {
    const { warnings, capabilities } = parseBOS(bytes);
    expect(warnings.map(({ code, offset }) => `${code}@${offset}`)).toEqual(faults);
    expect(warnings.every(({ source }) => source === "bos")).toBe(true);
    expect(capabilities.map(({ kind }) => kind)).toEqual(kinds);
  });
});
