import type { Fault, FaultPlan } from "../declaration/conduct.js";

/** What an endpoint is, as far as faults go. */
export interface FaultyKind {
  readonly type: "control" | "bulk" | "interrupt" | "isochronous";
  readonly isIn: boolean;
}

/** Every fault, in the order of {@link FaultPlan.kinds}' default, which the seed's numbers point into. */
export const FAULTS: readonly Fault[] = ["stall", "short", "overflow", "error", "drop", "timeout", "unplug"];

/** Tells whether an endpoint can have a fault. */
export function canHave({ type, isIn }: FaultyKind, fault: Fault): boolean {
  switch (fault) {
    case "stall":
    case "timeout":
      return type !== "isochronous";
    case "overflow":
      return isIn && type !== "control";
    case "short":
      return isIn || type === "control";
    case "drop":
      return type !== "control";
    default:
      return true;
  }
}

/** Gives the faults of a plan that an endpoint can have. */
export function faultsOf(plan: FaultPlan, kind: FaultyKind): readonly Fault[] {
  const kinds = plan.kinds ?? FAULTS.filter((fault) => fault !== "unplug");
  return kinds.filter((fault) => canHave(kind, fault));
}
