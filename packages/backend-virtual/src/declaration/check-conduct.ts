import { FAULTS } from "../behaviour/faults.js";
import type { FaultPlan, Latency } from "./conduct.js";
import { onlyFields } from "./limits.js";

/** Refuses latencies and fault plans that make no sense; messages as `checkDeclaration`. */
export function checkConduct(
  name: string,
  { latency, faults }: { readonly latency?: Latency | undefined; readonly faults?: FaultPlan | undefined },
): void {
  if (latency !== undefined) checkLatency(name, latency);
  if (faults === undefined) return;
  onlyFields(`faults of ${name}`, faults, ["seed", "rate", "kinds"]);
  if (!Number.isInteger(faults.seed))
    throw new RangeError(`faults.seed of ${name} is ${faults.seed}; it can be any integer`);
  if (!(faults.rate >= 0 && faults.rate <= 1))
    throw new RangeError(`faults.rate of ${name} is ${faults.rate}; it can be 0 to 1`);
  for (const kind of faults.kinds ?? [])
    if (!FAULTS.includes(kind))
      throw new RangeError(`faults.kinds of ${name} has ${kind}; there are ${FAULTS.join(", ")}`);
}

function checkLatency(name: string, latency: Latency): void {
  if (typeof latency === "function") return;
  const { from, to } = typeof latency === "number" ? { from: latency, to: latency } : latency;
  if (from >= 0 && to >= from && to < Number.POSITIVE_INFINITY) return;
  const shown = typeof latency === "number" ? latency : `${from} to ${to}`;
  throw new RangeError(
    `latency of ${name} is ${shown}; it is milliseconds, 0 or more, from the least to the most`,
  );
}
