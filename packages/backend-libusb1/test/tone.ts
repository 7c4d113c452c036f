/** Frames of 16-bit stereo a second. */
export const RATE = 48_000;

/** Hertz, left and right: in no whole number of milliseconds do both come round, so that no lost packet goes unseen. */
export const PITCHES = [1100, 730] as const;

/** Of 32,767. */
const AMPLITUDE = 20_000;

/** Bytes of a frame, one sample of each channel. */
const FRAME = 4;

/** Bytes of 10 ms. */
const SILENCE = (FRAME * RATE) / 100;

const radians = (pitch: number): number => (2 * Math.PI * pitch) / RATE;

/** Writes down a tone of each channel as 16-bit little-endian stereo. @param frames - Samples of each channel. */
export function tone(frames: number): Buffer {
  const samples = new Int16Array(2 * frames);
  for (let at = 0; at < samples.length; at++)
    samples[at] = Math.round(AMPLITUDE * Math.cos(radians(PITCHES[at % 2] ?? 0) * (at >> 1)));
  return Buffer.from(samples.buffer);
}

/** Takes out what sounds: what lies between stretches of 10 ms and more in which both channels are silent. */
export function sounds(samples: Buffer): readonly Buffer[] {
  const found: Buffer[] = [];
  let [begin, end] = [-1, -1];
  for (let at = 0; at + FRAME <= samples.length; at += FRAME) {
    if (samples.readInt32LE(at) !== 0) {
      if (begin < 0) begin = at;
      end = at + FRAME;
    } else if (begin >= 0 && at - end >= SILENCE) {
      found.push(samples.subarray(begin, end));
      begin = -1;
    }
  }
  if (begin >= 0) found.push(samples.subarray(begin, end));
  return found;
}

/** What a channel of 16-bit stereo sounds like. */
export interface Heard {
  /** Of 32,767. */
  readonly amplitude: number;
  /** Power of everything that is not the tone, in decibels of the tone's. */
  readonly impurity: number;
  /** How far a sample lies from where the two before it lead, at most; what is rounded to whole numbers comes to 2. */
  readonly jump: number;
}

/** Listens for a tone. @param channel - 0 left, 1 right. */
export function listen(sound: Buffer, channel: 0 | 1, pitch: number): Heard {
  const count = sound.length / FRAME;
  const step = radians(pitch);
  let [real, imaginary, power, jump] = [0, 0, 0, 0];
  let [before, last] = [Number.NaN, Number.NaN];
  for (let index = 0; index < count; index++) {
    const sample = sound.readInt16LE(FRAME * index + 2 * channel);
    real += sample * Math.cos(step * index);
    imaginary += sample * Math.sin(step * index);
    power += sample * sample;
    // cos(n + 1) = 2 cos(1) cos(n) - cos(n - 1), whatever the phase.
    const led = 2 * Math.cos(step) * last - before;
    if (index >= 2) jump = Math.max(jump, Math.abs(sample - led));
    [before, last] = [last, sample];
  }
  const amplitude = (2 * Math.hypot(real, imaginary)) / count;
  const ofTone = amplitude ** 2 / 2;
  const others = Math.max(power / count - ofTone, Number.MIN_VALUE);
  return { amplitude, impurity: 10 * Math.log10(others / ofTone), jump };
}
