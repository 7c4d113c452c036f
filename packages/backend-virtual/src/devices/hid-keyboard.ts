import type { DeviceDeclaration } from "../declaration/declaration.js";
import { VirtualDevice } from "../device.js";
import { keyCode, LEFT_SHIFT } from "./hid-key-codes.js";
import { keyboardDeclaration } from "./hid-keyboard-declaration.js";
import { KeyboardState, ledsOf, REPORTS, reportOf } from "./hid-keyboard-state.js";

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
    super(keyboardDeclaration(options, state));
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
