/**
 * How long a device takes before it answers a transfer, in milliseconds (rounded up to whole ones by the timers): always
 * the same, evenly spread between two bounds, or by a function of a seeded random number from 0 to less than 1.
 */
export type Latency = number | { readonly from: number; readonly to: number } | ((random: number) => number);

/**
 * What goes wrong with one transfer, or with one packet of an isochronous one.
 *
 * - `"stall"`: bulk and interrupt: the endpoint halts; control: the request is refused.
 * - `"short"`: IN: half of the message arrives, and the rest is lost.
 * - `"overflow"`: IN: the device sends more than the host asked for.
 * - `"error"`: no answer, or a broken one; nothing moves. Isochronous: the packet is lost.
 * - `"drop"`: the message is lost without a trace: an OUT transfer succeeds, an IN transfer gets the next message.
 * - `"timeout"`: the device never answers; the transfer ends by its timeout or its cancellation.
 * - `"unplug"`: the device is pulled.
 */
export type Fault = "stall" | "short" | "overflow" | "error" | "drop" | "timeout" | "unplug";

/** Faults by chance that are the same on each run: they hang on the seed, the endpoint and the count of its transfers. */
export interface FaultPlan {
  /** Any integer. */
  readonly seed: number;
  /** Share of the transfers that go wrong, 0 to 1; isochronous: of the packets. */
  readonly rate: number;
  /** Which faults, each as likely as the others; those that an endpoint cannot have are left out. Default: all but unplug. */
  readonly kinds?: readonly Fault[] | undefined;
}
