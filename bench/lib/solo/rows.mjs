/**
 * What a rival does in a process that is its alone, once a round: it says what it found and ends.
 *
 * @typedef {object} SoloRow
 * @property {string} name - As `--workload` takes it.
 * @property {string} group - Heading that it stands under.
 * @property {string} title
 * @property {string} unit - Of its figures.
 * @property {"lower" | "higher"} better
 * @property {string} family - The rivals' file that does it: `rivals/NAME/FAMILY.*`.
 * @property {string} kind - What the file is told to do. Rows of one family and kind come from one run.
 * @property {string} value - Which of the values that it answers is meant.
 * @property {number} seconds - What the file is told to measure for, where it takes any time.
 * @property {number} [rounds] - At most so many, where one takes long.
 * @property {number} [devices] - How many are on the bus, where that is what matters.
 * @property {string} [base] - The rival that ratios are to, where they say something.
 * @property {Readonly<Record<string, string>>} cannot - The rivals that have no way to do it, and why.
 * @property {readonly string[]} only - The rivals that it is for, if only to say that they cannot.
 * @property {true} isSolo
 */

const EVERYBODY = ["c", "pyusb", "usb2", "usb3", "tsusb"];
const SYNCHRONOUS = "has no asynchronous transfers";
const ONE_AN_ENDPOINT = "takes one transfer at a time on an endpoint";
const NO_LOOP = "has no event loop that could be held up";
const NO_HEAP = "has no heap of JavaScript";

const common = {
  better: /** @type {const} */ ("lower"),
  seconds: 0,
  cannot: {},
  only: EVERYBODY,
  isSolo: /** @type {const} */ (true),
};

const pending = {
  ...common,
  group: "many pending",
  family: "pending",
  rounds: 4,
  cannot: { pyusb: SYNCHRONOUS, usb3: ONE_AN_ENDPOINT },
};
const beside = { ...pending, kind: "beside", seconds: 0.2 };
const memory = { ...pending, group: "memory", kind: "memory", unit: "bytes", rounds: 3 };

const timeouts = [10, 100, 300].map((ms) => ({
  ...common,
  group: "timeouts",
  family: "timeouts",
  name: `timeout-${ms}`,
  title: `a timeout of ${ms} ms: how far off, 99th percentile`,
  unit: "ms",
  kind: String(ms),
  value: "off",
  rounds: 2,
}));

const busy = [16, 64].map((kib) => ({
  ...common,
  group: "a busy program",
  family: "busy",
  name: `busy-${kib}k`,
  title: `a device of 40 MB/s, JS busy 50 ms of every 100, ${kib} KiB: share of the line`,
  unit: "%",
  better: /** @type {const} */ ("higher"),
  kind: `${kib}`,
  value: "share",
  seconds: 1,
  rounds: 2,
}));

const load = {
  ...common,
  group: "the event loop under full streams",
  family: "load",
  kind: "streams",
  unit: "ms",
  seconds: 1.5,
  rounds: 2,
  cannot: { c: NO_LOOP, pyusb: NO_LOOP },
};

const heap = ["iterator", "into", "byob"].map((kind) => ({
  ...common,
  group: "memory",
  family: "allocation",
  name: `heap-${kind}`,
  title: `JS heap allocated for a chunk of a stream, ${{ iterator: "each an array", into: "into a buffer", byob: "by a BYOB reader" }[kind]}`,
  unit: "bytes",
  kind,
  value: "heap",
  rounds: 2,
  cannot: {
    c: NO_HEAP,
    pyusb: "tracemalloc tells what is held, not what was allocated",
    ...(kind !== "iterator" && {
      usb2: "gives each chunk as a new Buffer",
      usb3: "gives each chunk as a new DataView",
    }),
  },
}));

const enumeration = [1, 10, 100].flatMap((devices) =>
  ["cold", "warm"].map((value) => ({
    ...common,
    group: "enumeration",
    family: "enumeration",
    name: `list-${devices}-${value}`,
    title: `listing ${devices} device${devices === 1 ? "" : "s"}, ${value === "cold" ? "the first time in a process, importing included" : "again"}`,
    unit: "ms",
    kind: String(devices),
    value,
    rounds: 6,
    devices,
  })),
);

/** In the order of the tables. @type {readonly SoloRow[]} */
export const SOLO_ROWS = [
  {
    ...beside,
    base: "c",
    name: "idle-reads",
    title: "bulk IN of 512 bytes beside 200 idle reads",
    unit: "µs",
    value: "us",
  },
  {
    ...beside,
    name: "threads",
    title: "threads of the process with 200 idle reads",
    unit: "threads",
    value: "threads",
  },
  {
    ...pending,
    base: "c",
    name: "cancel-1000",
    title: "1,000 reads submitted and cancelled, until all have ended",
    unit: "ms",
    kind: "cancel",
    value: "ms",
  },
  ...timeouts,
  {
    ...load,
    name: "late-timer",
    title: "a timer of 1 ms: how late, 99th percentile, less than when idle",
    value: "timer",
  },
  {
    ...load,
    name: "late-timeout",
    title: "a timeout of 50 ms: how far off, 99th percentile, less than when idle",
    value: "timeout",
    cannot: { ...load.cannot, usb2: "its timeouts come once a minute on Linux" },
  },
  ...busy,
  ...enumeration,
  {
    ...common,
    group: "enumeration",
    family: "import",
    name: "import",
    title: "importing: the process, less that of a bare interpreter",
    unit: "ms",
    kind: "import",
    value: "process",
    rounds: 8,
    cannot: { c: "is linked, not imported" },
  },
  { ...memory, name: "pending-rss", title: "resident memory for a pending read of 512 bytes", value: "rss" },
  {
    ...memory,
    name: "pending-heap",
    title: "JS heap for a pending read of 512 bytes",
    value: "heap",
    cannot: { ...memory.cannot, c: NO_HEAP },
  },
  ...heap,
];
