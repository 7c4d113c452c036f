import type { ControlSetup } from "@tsusb/core/backend";
import type { ControlAnswer } from "../declaration/control.js";
import type { VirtualDevice } from "../device.js";
import { FIRST_MODIFIER } from "./hid-key-codes.js";
import type { KeyboardLeds } from "./hid-keyboard.js";

/** Where its reports come from. */
export const REPORTS = 0x81;
/** Bytes of a report: modifiers, one reserved, six keys. Source: HID 1.11, Appendix B.1. */
export const REPORT_SIZE = 8;
const MOST_KEYS = 6;
/** Stands in all six places when more keys are down. Source: HID Usage Tables 1.12, section 10, ErrorRollOver. */
const ROLL_OVER = 0x01;

// Class requests. Source: HID 1.11 §7.2.
const GET_REPORT = 0x01;
const GET_IDLE = 0x02;
const GET_PROTOCOL = 0x03;
const SET_REPORT = 0x09;
const SET_IDLE = 0x0a;
const SET_PROTOCOL = 0x0b;
const GET = 0xa1;
const SET = 0x21;
const INPUT_REPORT = 1;
const OUTPUT_REPORT = 2;
/** Source: HID 1.11 §7.2.5: 0 is the boot protocol, 1 the report protocol, which a reset selects. */
const REPORT_PROTOCOL = 1;

/** What a keyboard remembers, and how it answers class requests. */
export class KeyboardState {
  readonly down = new Set<number>();
  output = 0;
  protocol = REPORT_PROTOCOL;
  /** In steps of 4 ms, 0 for ever. Source: HID 1.11 §7.2.4. */
  idle = 0;
  #repeating: ReturnType<typeof setInterval> | undefined;
  readonly #onLeds: ((leds: KeyboardLeds) => void) | undefined;

  constructor(onLeds: ((leds: KeyboardLeds) => void) | undefined) {
    this.#onLeds = onLeds;
  }

  reset(device: VirtualDevice): void {
    this.down.clear();
    this.output = 0;
    this.protocol = REPORT_PROTOCOL;
    this.setIdle(0, device);
  }

  setOutput(value: number): void {
    this.output = value;
    this.#onLeds?.(ledsOf(value));
  }

  /** Repeats the report that often, even if no key moves. */
  setIdle(steps: number, device: VirtualDevice): void {
    this.idle = steps;
    clearInterval(this.#repeating);
    if (steps === 0) return;
    const repeat = () => {
      if (!device.isPlugged) clearInterval(this.#repeating);
      else if (device.configurationValue !== 0 && device.queued(REPORTS) === 0)
        device.give(REPORTS, reportOf(this.down));
    };
    this.#repeating = setInterval(repeat, steps * 4);
    if (typeof this.#repeating === "object") this.#repeating.unref?.();
  }
}

/** Answers a class request. Source: HID 1.11 §7.2. */
export function answerKeyboardRequest(
  state: KeyboardState,
  { bmRequestType, bRequest, wValue, wIndex }: ControlSetup,
  data: Uint8Array,
  device: VirtualDevice,
): ControlAnswer {
  if (wIndex !== 0) return "stall";
  switch ((bmRequestType << 8) | bRequest) {
    case (GET << 8) | GET_REPORT:
      if (wValue === INPUT_REPORT << 8) return reportOf(state.down);
      return wValue === OUTPUT_REPORT << 8 ? Uint8Array.of(state.output) : "stall";
    case (SET << 8) | SET_REPORT:
      if (wValue !== OUTPUT_REPORT << 8 || data.byteLength !== 1) return "stall";
      state.setOutput(data[0] ?? 0);
      return undefined;
    case (GET << 8) | GET_IDLE:
      return Uint8Array.of(state.idle);
    case (SET << 8) | SET_IDLE:
      // The low byte is a report id, of which there is none.
      if ((wValue & 0xff) !== 0) return "stall";
      state.setIdle(wValue >> 8, device);
      return undefined;
    case (GET << 8) | GET_PROTOCOL:
      return Uint8Array.of(state.protocol);
    case (SET << 8) | SET_PROTOCOL:
      if (wValue > REPORT_PROTOCOL) return "stall";
      state.protocol = wValue;
      return undefined;
    default:
      return "stall";
  }
}

/** The keys that are down as a report; both protocols have the same one. Source: HID 1.11, Appendix B.1. */
export function reportOf(down: ReadonlySet<number>): Uint8Array {
  const report = new Uint8Array(REPORT_SIZE);
  const keys = [...down].filter((usage) => usage < FIRST_MODIFIER);
  for (const usage of down) if (usage >= FIRST_MODIFIER) report[0] = (report[0] ?? 0) | (1 << (usage & 7));
  report.set(keys.length > MOST_KEYS ? new Array(MOST_KEYS).fill(ROLL_OVER) : keys, 2);
  return report;
}

/** The lamps of an output report. */
export function ledsOf(output: number): KeyboardLeds {
  const [numLock = false, capsLock = false, scrollLock = false, compose = false, kana = false] = [
    1, 2, 4, 8, 16,
  ].map((bit) => (output & bit) !== 0);
  return { numLock, capsLock, scrollLock, compose, kana };
}
