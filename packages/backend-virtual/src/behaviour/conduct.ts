import type { Fault, FaultPlan, Latency } from "../declaration/conduct.js";
import { type FaultyKind, faultsOf } from "./faults.js";
import { seededRandom } from "./random.js";

/** What is declared about one endpoint's conduct, and who it is. */
export interface ConductOptions extends FaultyKind {
  readonly endpoint: number;
  readonly latency: Latency | undefined;
  readonly faults: FaultPlan | undefined;
}

/** How one endpoint behaves besides what its logic says: how long it takes, and what goes wrong. */
export class Conduct {
  readonly #latency: Latency;
  readonly #plan: FaultPlan | undefined;
  readonly #kinds: readonly Fault[];
  readonly #random: () => number;
  readonly #script: (Fault | undefined)[] = [];

  constructor(options: ConductOptions) {
    this.#latency = options.latency ?? 0;
    this.#plan = options.faults;
    this.#kinds = options.faults === undefined ? [] : faultsOf(options.faults, options);
    // Each endpoint has numbers of its own, so that the order between endpoints changes nothing.
    this.#random = seededRandom(Math.imul(options.faults?.seed ?? 1, 0x9e3779b1) ^ options.endpoint);
  }

  /** Puts faults at the end of those that come next; `undefined` lets one transfer pass. */
  script(faults: readonly (Fault | undefined)[]): void {
    this.#script.push(...faults);
  }

  /** Gives the milliseconds until the next transfer is answered. */
  delay(): number {
    const latency = this.#latency;
    if (typeof latency === "number") return latency;
    const random = this.#random();
    const delay =
      typeof latency === "function" ? latency(random) : latency.from + random * (latency.to - latency.from);
    return Number.isFinite(delay) ? Math.max(0, delay) : 0;
  }

  /** Gives the fault of the next transfer or packet: a scripted one, else by chance. */
  fault(): Fault | undefined {
    if (this.#script.length > 0) return this.#script.shift();
    if (this.#plan === undefined || this.#kinds.length === 0) return undefined;
    // Both numbers are drawn each time, so that the rate does not move the choice of the others.
    const [chance, choice] = [this.#random(), this.#random()];
    return chance < this.#plan.rate ? this.#kinds[Math.floor(choice * this.#kinds.length)] : undefined;
  }
}
