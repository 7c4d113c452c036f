/** How much longer than C with libusb's synchronous calls one transfer may take. */
const MOST = 1.5;

/** Sequential transfers: near to C's, and faster than both generations of npm's usb. */
export const speed = {
  name: "speed",
  needsRounds: true,
  async run({ cells }) {
    return ["control", "bulk"].flatMap((workload) => judge(workload, (rival) => figureOf(cells, workload, rival)));
  },
};

/**
 * @param {string} workload
 * @param {(rival: string) => number | undefined} figure - Median microseconds; `undefined` if there is none.
 */
export function judge(workload, figure) {
  const tsusb = figure("tsusb");
  const against = (rival, factor, bound) => {
    const other = figure(rival);
    const isKept = tsusb !== undefined && other !== undefined && tsusb <= other * factor;
    const words = isKept || (tsusb && other) ? `${tsusb.toFixed(1)} µs, ${other.toFixed(1)} µs` : "no figure";
    return { what: `${workload}: tsusb, ${rival}`, bound, figure: words, isKept };
  };
  const c = against("c", MOST, `at most ${MOST} × C`);
  if (figure("c") && tsusb) c.figure = `${(tsusb / figure("c")).toFixed(2)} × C (${c.figure})`;
  return [c, against("usb2", 1, "faster than npm usb 2"), against("usb3", 1, "faster than npm usb 3")];
}

function figureOf(cells, workload, rival) {
  return cells.find((cell) => cell.workload === workload && cell.rival === rival)?.summary?.median;
}
