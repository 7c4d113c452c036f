import { runOnBus } from "../lib/bus.mjs";
import { printed, program } from "../lib/program.mjs";

const READS = 20;
const ASKED = 300;
const MOST = 350;
/** Source: libusb.h, enum libusb_error, LIBUSB_ERROR_TIMEOUT. */
const LIBUSB_ERROR_TIMEOUT = -7;

/** A read that nothing answers ends when it was asked to, and says so. */
export const timeouts = {
  name: "timeouts",
  async run() {
    const [outcome] = await runOnBus([
      { command: [process.execPath, program("timeouts.mjs"), String(READS), String(ASKED)] },
    ]);
    return judge(printed(outcome));
  },
};

/**
 * @param {{ reads: readonly { ms: number, name: string, backendErrorCode?: number }[], idle: readonly number[] }} run -
 *   `idle`: what plain timers of the same length took in the same process.
 */
export function judge({ reads, idle }) {
  const took = reads.map(({ ms }) => ms);
  const [least, most, idleMost] = [Math.min(...took), Math.max(...took), Math.max(...idle)];
  const wrong = reads.filter(
    (read) => read.name !== "USBTimeoutError" || read.backendErrorCode !== LIBUSB_ERROR_TIMEOUT,
  );
  return [
    {
      what: `${reads.length} unanswered reads of ${ASKED} ms`,
      bound: `end after ${ASKED} to ${MOST} ms`,
      figure: `${least.toFixed(1)} to ${most.toFixed(1)} ms, idle timer to ${idleMost.toFixed(1)} ms`,
      // A process that a plain timer shows to have been kept from the CPU is given what it lost.
      isKept: least >= ASKED && most <= MOST + Math.max(0, idleMost - ASKED),
    },
    {
      what: "they reject with",
      bound: `USBTimeoutError, ${LIBUSB_ERROR_TIMEOUT}`,
      figure: wrong.length === 0 ? "all do" : `${wrong[0].name}, ${wrong[0].backendErrorCode}`,
      isKept: wrong.length === 0,
    },
  ];
}
