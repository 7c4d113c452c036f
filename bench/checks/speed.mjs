/** How much longer than C with libusb's synchronous calls one transfer may take. */
const MOST = 1.5;

/** Sequential transfers: near to C's, and faster than both generations of npm's usb. */
export const speed = {
  name: "speed",
  needsRounds: true,
  async run({ cells }) {
    return ["control", "bulk"].flatMap((workload) =>
      judge(workload, (rival) => figureOf(cells, workload, rival)),
    );
  },
};

/**
 * @param {string} workload
 * @param {(rival: string) => number | undefined} figure - Median microseconds; `undefined` if there is none.
 */
export function judge(workload, figure) {
  const tsusb = figure("tsusb");
  const against = (rival, bound, isKept) => {
    const other = figure(rival);
    const isMeasured = tsusb !== undefined && other !== undefined;
    const words = `${tsusb?.toFixed(1)} µs, ${other?.toFixed(1)} µs: ${(tsusb / other).toFixed(2)} ×`;
    return {
      what: `${workload}, one by one: tsusb, ${rival}`,
      bound,
      figure: isMeasured ? words : "no figure",
      isKept: isMeasured && isKept(tsusb, other),
    };
  };
  return [
    against("c", `at most ${MOST} ×`, (ours, theirs) => ours <= theirs * MOST),
    against("usb2", "faster", (ours, theirs) => ours < theirs),
    against("usb3", "faster", (ours, theirs) => ours < theirs),
  ];
}

function figureOf(cells, workload, rival) {
  return cells.find((cell) => cell.workload === workload && cell.rival === rival)?.summary?.median;
}
