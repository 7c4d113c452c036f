import { describe, expect, it } from "vitest";
import { cutSystemDescriptors, factsOfDescriptor, nodePath } from "../src/system-device.js";

const device = new Uint8Array(18);
const configuration = (total: number, length: number) =>
  Uint8Array.from({ length }, (_, index) => [9, 2, total & 0xff, total >> 8][index] ?? index);

const cut = (...parts: readonly Uint8Array[]) =>
  cutSystemDescriptors(new Uint8Array(Buffer.concat([device, ...parts]))).configurations;

describe("cutSystemDescriptors", () => {
  it("cuts where the lengths say", () => {
    const [first, second] = [configuration(25, 25), configuration(9, 9)];
    expect(cut(first, second)).toEqual([first, second]);
  });

  it("gives nothing for a device without configurations, or less than a device descriptor", () => {
    expect(cut()).toEqual([]);
    const cutShort = cutSystemDescriptors(new Uint8Array(5));
    expect([cutShort.device.length, cutShort.configurations.length]).toEqual([5, 0]);
  });

  it("ends where the bytes end if a length promises more", () => {
    const short = configuration(600, 30);
    expect(cut(short)).toEqual([short]);
  });

  it("goes on if a length is zero", () => {
    expect(cut(configuration(0, 20)).map(({ length }) => length)).toEqual([9, 11]);
  });
});

it("reads ids and class of a whole device descriptor, and nothing of a part", () => {
  const descriptor = Uint8Array.of(18, 1, 0, 2, 0xef, 2, 1, 64, 0x09, 0x12, 0x01, 0x00, 0, 1, 1, 2, 3, 1);
  expect(factsOfDescriptor(descriptor)).toEqual({
    idVendor: 0x1209,
    idProduct: 0x0001,
    deviceClass: { class: 0xef, subClass: 2, protocol: 1 },
  });
  expect(factsOfDescriptor(descriptor.subarray(0, 17))).toBeUndefined();
});

it("names the node of a device on Linux", () => {
  expect(nodePath(1, 23)).toBe(process.platform === "linux" ? "/dev/bus/usb/001/023" : undefined);
});
