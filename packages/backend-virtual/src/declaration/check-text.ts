import type { VirtualText } from "./text.js";

/** Most UTF-16 units of a string descriptor. Source: USB 2.0 §9.6.7, `bLength` of 8 bits. */
const LONGEST_TEXT = 126;

/** @throws RangeError for a text that no string descriptor holds, in any language. */
export function checkText(field: string, text: VirtualText | undefined): void {
  for (const each of typeof text === "object" ? Object.values(text) : [text ?? ""])
    if (each.length > LONGEST_TEXT)
      throw new RangeError(
        `${field} has ${each.length} UTF-16 units; a string descriptor holds ${LONGEST_TEXT} at most`,
      );
}
