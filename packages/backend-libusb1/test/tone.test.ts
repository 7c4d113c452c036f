import { describe, expect, it } from "vitest";
import { listen, PITCHES, RATE, sounds, tone } from "./tone.js";

const PACKET = 192;
const whole = tone(2 * RATE);
const without = (from: number, bytes: number): Buffer =>
  Buffer.concat([whole.subarray(0, from), whole.subarray(from + bytes)]);

describe.each([0, 1] as const)("a tone on channel %i", (channel) => {
  const heard = (sound: Buffer) => listen(sound, channel, PITCHES[channel]);

  it("is heard pure, as loud as it was made, and without a jump", () => {
    const { amplitude, impurity, jump } = heard(whole);
    expect(amplitude).toBeCloseTo(20_000, 0);
    expect(impurity).toBeLessThan(-90);
    expect(jump).toBeLessThanOrEqual(2);
  });

  it.each([
    ["a packet is lost", without(1000 * PACKET, PACKET)],
    [
      "a packet comes twice",
      Buffer.concat([whole.subarray(0, 1001 * PACKET), whole.subarray(1000 * PACKET)]),
    ],
    ["a packet is silent", Buffer.from(whole).fill(0, 1000 * PACKET, 1001 * PACKET)],
    ["a single frame is lost", without(1000 * PACKET, 4)],
    ["it has the pitch of the other channel", Buffer.concat([Buffer.alloc(2), whole.subarray(0, -2)])],
  ])("is not taken for pure when %s", (_, sound) => {
    const { impurity, jump } = heard(sound);
    expect(impurity).toBeGreaterThan(-80);
    expect(jump).toBeGreaterThan(20);
  });
});

it("sounds are told apart by the silence between them", () => {
  const silence = Buffer.alloc(20 * PACKET);
  const short = tone(RATE / 10);
  const [first, second, ...others] = sounds(Buffer.concat([silence, short, silence, silence, whole]));
  expect(first?.equals(short)).toBe(true);
  expect(second?.equals(whole)).toBe(true);
  expect(others).toEqual([]);
  expect(sounds(Buffer.concat([short, silence])).map(({ length }) => length)).toEqual([short.length]);
  expect(sounds(silence)).toEqual([]);
  expect(sounds(Buffer.alloc(0))).toEqual([]);
});
