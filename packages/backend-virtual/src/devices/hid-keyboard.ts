import { CLASS_HID, type ControlSetup, DESC_TYPE_HID, DESC_TYPE_REPORT } from "@tsusb/core/backend";
import type { ControlAnswer } from "../declaration/control.js";
import type { DeviceDeclaration } from "../declaration/declaration.js";
import { VirtualDevice } from "../device.js";
import { FIRST_MODIFIER, keyCode, LEFT_SHIFT } from "./hid-key-codes.js";

/** Where its reports come from. */
const REPORTS = 0x81;
/** Bytes of a report: modifiers, one reserved, six keys. Source: HID 1.11, Appendix B.1. */
const REPORT_SIZE = 8;
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

/** The boot keyboard's report descriptor. Source: HID 1.11, Appendix B.1. */
// biome-ignore format: one collection item a line
const REPORT_DESCRIPTOR = Uint8Array.of(
  0x05, 0x01, 0x09, 0x06, 0xa1, 0x01,
  0x05, 0x07, 0x19, 0xe0, 0x29, 0xe7, 0x15, 0x00, 0x25, 0x01, 0x75, 0x01, 0x95, 0x08, 0x81, 0x02,
  0x95, 0x01, 0x75, 0x08, 0x81, 0x01,
  0x95, 0x05, 0x75, 0x01, 0x05, 0x08, 0x19, 0x01, 0x29, 0x05, 0x91, 0x02,
  0x95, 0x01, 0x75, 0x03, 0x91, 0x01,
  0x95, 0x06, 0x75, 0x08, 0x15, 0x00, 0x25, 0x65, 0x05, 0x07, 0x19, 0x00, 0x29, 0x65, 0x81, 0x00,
  0xc0,
);

/** Source: HID 1.11 §6.2.1: release 1.11, no country, one report descriptor. */
const HID_DESCRIPTOR = Uint8Array.of(
  ...[9, DESC_TYPE_HID, 0x11, 0x01, 0, 1, DESC_TYPE_REPORT],
  ...[REPORT_DESCRIPTOR.length & 0xff, REPORT_DESCRIPTOR.length >> 8],
);

/** The lamps of a keyboard, as the host has set them. Source: HID Usage Tables 1.12, section 11, bits from 0 on. */
export interface KeyboardLeds {
  readonly numLock: boolean;
  readonly capsLock: boolean;
  readonly scrollLock: boolean;
  readonly compose: boolean;
  readonly kana: boolean;
}

/** What {@link hidKeyboard} lets one change. */
export interface HidKeyboardOptions
  extends Partial<Pick<DeviceDeclaration, "idVendor" | "idProduct" | "serialNumber" | "speed">> {
  /** Is told when the host sets the lamps. */
  readonly onLeds?: ((leds: KeyboardLeds) => void) | undefined;
}

/** A boot keyboard with a layout of the United States (HID 1.11, Appendix B.1, E), as systems bind their driver to. */
export function hidKeyboard(options: HidKeyboardOptions = {}): HidKeyboard {
  return new HidKeyboard(options);
}

/** See {@link hidKeyboard}. */
export class HidKeyboard extends VirtualDevice {
  readonly #state: KeyboardState;

  constructor(options: HidKeyboardOptions = {}) {
    const state = new KeyboardState(options.onLeds);
    super(declarationOf(options, state));
    this.#state = state;
  }

  /** The lamps, as the host has set them. */
  get leds(): KeyboardLeds {
    return ledsOf(this.#state.output);
  }

  /**
   * Presses keys, which stay down until {@link HidKeyboard.release}; each press is a report. I/O: none.
   *
   * @param keys - Characters (`"a"`, `"A"`, which holds Shift) or names (`"Enter"`, `"F1"`, `"Control"`).
   * @throws RangeError for a key that there is not, or if the host has not configured the keyboard.
   */
  press(...keys: readonly string[]): void {
    for (const { usage, shift } of keys.map(keyCode)) {
      if (shift) this.#state.down.add(LEFT_SHIFT);
      this.#state.down.add(usage);
      this.#report();
    }
  }

  /** Releases keys, default all. A character that held Shift releases it. @throws RangeError as {@link HidKeyboard.press}. */
  release(...keys: readonly string[]): void {
    if (keys.length === 0) this.#state.down.clear();
    for (const { usage, shift } of keys.map(keyCode)) {
      if (shift) this.#state.down.delete(LEFT_SHIFT);
      this.#state.down.delete(usage);
    }
    this.#report();
  }

  /** Types a text: each character is pressed and released. @throws RangeError as {@link HidKeyboard.press}. */
  type(text: string): void {
    // Finds out about a character that there is not before the first one is typed.
    for (const character of text) keyCode(character);
    for (const character of text) {
      this.press(character);
      this.release(character);
    }
  }

  #report(): void {
    this.give(REPORTS, reportOf(this.#state.down));
  }
}

class KeyboardState {
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

function declarationOf(options: HidKeyboardOptions, state: KeyboardState): DeviceDeclaration {
  const { idVendor = 0x1209, idProduct = 0x0006, serialNumber = "K0001", speed = "full" } = options;
  return {
    idVendor,
    idProduct,
    speed,
    manufacturer: "tsusb",
    product: "Virtual Keyboard",
    serialNumber,
    onReset: (device) => state.reset(device),
    control: (setup, data, device) => answer(state, setup, data, device),
    configurations: [
      {
        bmAttributes: 0xa0,
        interfaces: [
          {
            alternates: [
              {
                bInterfaceClass: CLASS_HID,
                // Source: HID 1.11 §4.2, §4.3: boot interface, keyboard.
                bInterfaceSubClass: 1,
                bInterfaceProtocol: 1,
                extraDescriptors: [HID_DESCRIPTOR],
                classDescriptors: { [DESC_TYPE_REPORT]: REPORT_DESCRIPTOR },
                endpoints: [
                  {
                    bEndpointAddress: REPORTS,
                    type: "interrupt",
                    wMaxPacketSize: REPORT_SIZE,
                    // 8 ms, counted in microframes from high speed on.
                    bInterval: speed === "high" || speed === "super" ? 7 : 8,
                  },
                ],
              },
            ],
          },
        ],
      },
    ],
  };
}

function answer(
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

/** Both protocols have the same report. Source: HID 1.11, Appendix B.1. */
function reportOf(down: ReadonlySet<number>): Uint8Array {
  const report = new Uint8Array(REPORT_SIZE);
  const keys = [...down].filter((usage) => usage < FIRST_MODIFIER);
  for (const usage of down) if (usage >= FIRST_MODIFIER) report[0] = (report[0] ?? 0) | (1 << (usage & 7));
  report.set(keys.length > MOST_KEYS ? new Array(MOST_KEYS).fill(ROLL_OVER) : keys, 2);
  return report;
}

function ledsOf(output: number): KeyboardLeds {
  const [numLock = false, capsLock = false, scrollLock = false, compose = false, kana = false] = [
    1, 2, 4, 8, 16,
  ].map((bit) => (output & bit) !== 0);
  return { numLock, capsLock, scrollLock, compose, kana };
}
