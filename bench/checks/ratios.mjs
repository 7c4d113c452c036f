import { median } from "../lib/statistics.mjs";

const OURS = ["tsusb", "tsusb-into", "tsusb-lend"];
const PEERS = ["pyusb", "usb2", "usb3"];

/**
 * How much longer than C with libusb 1.0 a transfer may take: the best of these ways of tsusb, in the median of the ratios
 * to C's figure of the same round.
 *
 * @type {readonly { workload: string, ways: readonly string[], most: number }[]}
 */
export const BOUNDS = [
  { workload: "control", ways: ["tsusb", "tsusb-into"], most: 1.1 },
  { workload: "bulk", ways: ["tsusb-into"], most: 1.08 },
  { workload: "bulk", ways: ["tsusb"], most: 1.15 },
  { workload: "bulk-64k", ways: ["tsusb-into"], most: 1.1 },
  { workload: "bulk-64k", ways: ["tsusb"], most: 1.3 },
  { workload: "bulk-x16", ways: ["tsusb", "tsusb-into"], most: 1.15 },
  { workload: "bulk-64k-x16", ways: ["tsusb-into"], most: 1.15 },
  { workload: "stream", ways: OURS, most: 1.06 },
  { workload: "stream-64k", ways: OURS, most: 1.06 },
];

/** Every row beside C, and no peer faster than tsusb's best way. */
export const ratios = {
  name: "ratios",
  needsRounds: true,
  async run({ cells }) {
    return judge(cells);
  },
};

/** @param {readonly Pick<import("../lib/rounds.mjs").Cell, "workload" | "rival" | "rounds">[]} cells */
export function judge(cells) {
  const workloads = [...new Set(BOUNDS.map(({ workload }) => workload))];
  return [
    ...BOUNDS.map((bound) => besideC(cells, bound)),
    ...workloads.map((workload) => besidePeers(cells, workload)),
  ];
}

function besideC(cells, { workload, ways, most }) {
  const best = bestOf(cells, workload, ways);
  return {
    workload,
    what: `${workload}: ${ways.join(" or ")}, C`,
    bound: `at most ${most} ×`,
    figure: best === undefined ? "no figure" : words(best),
    isKept: best !== undefined && best.ratio <= most,
  };
}

function besidePeers(cells, workload) {
  const ours = bestOf(cells, workload, OURS);
  const peer = bestOf(cells, workload, PEERS);
  return {
    workload,
    what: `${workload}: the best of tsusb, the best of its peers`,
    bound: "no peer is faster",
    figure: ours && peer ? `${words(ours)}; ${words(peer)}` : "no figure",
    isKept: ours !== undefined && peer !== undefined && ours.ratio <= peer.ratio,
  };
}

/** The rival with the lowest ratio to C; none if no figure of theirs, or C's, is there. */
function bestOf(cells, workload, rivals) {
  const roundsOf = (rival) =>
    cells.find((cell) => cell.workload === workload && cell.rival === rival)?.rounds ?? [];
  const base = roundsOf("c");
  return rivals
    .map((rival) => ({ rival, rounds: roundsOf(rival) }))
    .filter(({ rounds }) => rounds.length > 0 && rounds.length === base.length)
    .map(({ rival, rounds }) => ({
      rival,
      ratio: median(rounds.map((us, round) => us / base[round])),
      ofMedians: median(rounds) / median(base),
      ofMinima: Math.min(...rounds) / Math.min(...base),
    }))
    .sort((a, b) => a.ratio - b.ratio)[0];
}

function words({ rival, ratio, ofMedians, ofMinima }) {
  const times = (value) => `${value.toFixed(3)} ×`;
  return `${rival} ${times(ratio)} (medians ${times(ofMedians)}, minima ${times(ofMinima)})`;
}
