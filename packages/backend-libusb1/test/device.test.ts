import { describe, expect, it } from "vitest";
import { cutConfigurations } from "../src/device.js";

const device = new Uint8Array(18);
const configuration = (total: number, length: number) =>
  Uint8Array.from({ length }, (_, index) => [9, 2, total & 0xff, total >> 8][index] ?? index);

const cut = (...parts: readonly Uint8Array[]) =>
  cutConfigurations(new Uint8Array(Buffer.concat([device, ...parts])));

describe("cutConfigurations", () => {
  it("cuts where the lengths say", () => {
    const [first, second] = [configuration(25, 25), configuration(9, 9)];
    expect(cut(first, second)).toEqual([first, second]);
  });

  it("gives nothing for a device without configurations, or less than a device descriptor", () => {
    expect(cut()).toEqual([]);
    expect(cutConfigurations(new Uint8Array(5))).toEqual([]);
  });

  it("ends where the bytes end if a length promises more", () => {
    const short = configuration(600, 30);
    expect(cut(short)).toEqual([short]);
  });

  it("goes on if a length is zero", () => {
    expect(cut(configuration(0, 20)).map(({ length }) => length)).toEqual([9, 11]);
  });
});
