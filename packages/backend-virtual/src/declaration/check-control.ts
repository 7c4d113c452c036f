import type { ControlEntry } from "./control.js";
import { onlyFields, within } from "./limits.js";

const FIELDS = ["bmRequestType", "bRequest", "wValue", "wIndex", "answer"];

/** Refuses a table of control requests that no host could match; messages as `checkDeclaration`. */
export function checkControl(table: readonly ControlEntry[]): void {
  for (const entry of table) {
    onlyFields("a row of control", entry, FIELDS);
    within("bmRequestType of a row of control", entry.bmRequestType, 0, 0xff);
    within("bRequest of a row of control", entry.bRequest, 0, 0xff);
    within("wValue of a row of control", entry.wValue ?? 0, 0, 0xffff);
    within("wIndex of a row of control", entry.wIndex ?? 0, 0, 0xffff);
    if ((entry.bmRequestType & 0x60) === 0)
      throw new RangeError(
        `a row of control has bmRequestType ${entry.bmRequestType}, a standard request; those go to standard`,
      );
  }
}
