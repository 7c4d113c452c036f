/** What a key is on a keyboard of the United States: its usage, and whether Shift goes with it. */
export interface KeyCode {
  /** Source: HID Usage Tables 1.12, section 10, Keyboard/Keypad Page (0x07). */
  readonly usage: number;
  readonly shift: boolean;
}

/** First usage of the eight modifiers, which are bits of a report and not among its keys. */
export const FIRST_MODIFIER = 0xe0;
/** Usage of the left Shift key. */
export const LEFT_SHIFT = 0xe1;

/** Characters in the order of their usages, from 0x04 on; without and with Shift. */
const PLAIN = "abcdefghijklmnopqrstuvwxyz1234567890\n\u001b\b\t -=[]\\\u0000;'`,./";
const SHIFTED = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ!@#$%^&*()\u0000\u0000\u0000\u0000\u0000_+{}|\u0000:"~<>?';
const FIRST_CHARACTER = 0x04;

/** Keys by the names that browsers give them. */
const NAMED: Readonly<Record<string, number>> = {
  ...{ Enter: 0x28, Escape: 0x29, Backspace: 0x2a, Tab: 0x2b, Space: 0x2c, CapsLock: 0x39 },
  ...Object.fromEntries(Array.from({ length: 12 }, (_, index) => [`F${index + 1}`, 0x3a + index])),
  ...{ PrintScreen: 0x46, ScrollLock: 0x47, Pause: 0x48, Insert: 0x49, Home: 0x4a, PageUp: 0x4b },
  ...{ Delete: 0x4c, End: 0x4d, PageDown: 0x4e },
  ...{ ArrowRight: 0x4f, ArrowLeft: 0x50, ArrowDown: 0x51, ArrowUp: 0x52, NumLock: 0x53 },
  ...{ Control: 0xe0, Shift: LEFT_SHIFT, Alt: 0xe2, Meta: 0xe3 },
  ...{ ControlRight: 0xe4, ShiftRight: 0xe5, AltRight: 0xe6, MetaRight: 0xe7 },
};

/**
 * Finds a key by its character (`"a"`, `"A"`, `"\n"`) or its name (`"Enter"`, `"ArrowUp"`, `"Shift"`).
 *
 * @throws RangeError for a key that the keyboard does not have.
 */
export function keyCode(key: string): KeyCode {
  const named = Object.hasOwn(NAMED, key) ? NAMED[key] : undefined;
  if (named !== undefined) return { usage: named, shift: false };
  if (key.length === 1 && key !== "\u0000") {
    const plain = PLAIN.indexOf(key);
    if (plain >= 0) return { usage: FIRST_CHARACTER + plain, shift: false };
    const shifted = SHIFTED.indexOf(key);
    if (shifted >= 0) return { usage: FIRST_CHARACTER + shifted, shift: true };
  }
  throw new RangeError(
    `the keyboard has no key ${JSON.stringify(key)}; it has the characters of ASCII and ${Object.keys(NAMED).join(", ")}`,
  );
}
