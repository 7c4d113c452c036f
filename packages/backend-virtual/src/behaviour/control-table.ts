import type { ControlEntry, ControlHandler } from "../declaration/control.js";

/** Makes a handler of a table: the first row that fits answers, and what no row fits is refused. */
export function answerByTable(table: readonly ControlEntry[]): ControlHandler {
  return (setup, data, device) => {
    const row = table.find(
      ({ bmRequestType, bRequest, wValue = setup.wValue, wIndex = setup.wIndex }) =>
        bmRequestType === setup.bmRequestType &&
        bRequest === setup.bRequest &&
        wValue === setup.wValue &&
        wIndex === setup.wIndex,
    );
    if (row === undefined) return "stall";
    return typeof row.answer === "function" ? row.answer(setup, data, device) : row.answer;
  };
}
